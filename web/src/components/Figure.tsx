import { Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './Figure.module.css';

type Props = { label: string; children: ReactNode; note?: ReactNode; to?: string };

/** A key figure on a card; with `to` the whole card leads to its details. */
export function Figure({ label, children, note, to }: Props) {
  const body = (
    <>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text component="div" className={classes.value}>
        {children}
      </Text>
      {note && (
        <Text component="div" size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </>
  );
  if (!to)
    return (
      <Paper withBorder className={classes.card}>
        {body}
      </Paper>
    );
  return (
    <Paper withBorder className={classes.card} component={Link} to={to}>
      {body}
    </Paper>
  );
}
