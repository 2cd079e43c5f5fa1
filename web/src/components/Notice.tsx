import { EmptyState, Title } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = { title: string; text: string; icon?: ReactNode; children?: ReactNode; page?: boolean };

/** A quiet message where content would be: nothing here yet, nothing matches, not found, not allowed. */
export function Notice({ title, text, icon, children, page = false }: Props) {
  return (
    <EmptyState py={page ? 64 : 32} variant="light">
      {icon && <EmptyState.Indicator aria-hidden>{icon}</EmptyState.Indicator>}
      <EmptyState.Title>
        <Title order={page ? 1 : 2} size={page ? 'h1' : 'h2'}>
          {title}
        </Title>
      </EmptyState.Title>
      <EmptyState.Description maw={520}>{text}</EmptyState.Description>
      {children && <EmptyState.Actions>{children}</EmptyState.Actions>}
    </EmptyState>
  );
}
