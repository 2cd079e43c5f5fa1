import { Paper, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A card with a heading over its chart. */
export function ChartCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}
