import { Anchor, Group, Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { Link } from 'react-router';

type Props = { title: string; all?: { to: string; label: string }; children: ReactNode };

/** A card of the dashboard, with a way to all that it shows the first of. */
export function Section({ title, all, children }: Props) {
  const id = useId();
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby={id}>
      <Group justify="space-between" mb="sm">
        <Title order={2} id={id}>
          {title}
        </Title>
        {all && (
          <Anchor component={Link} to={all.to} size="sm">
            {all.label}
          </Anchor>
        )}
      </Group>
      {children}
    </Paper>
  );
}
