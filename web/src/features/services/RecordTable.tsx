import { Paper, Table, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { WideTable } from '@/components/WideTable';
import { formatNumber } from '@/lib/format';

interface Records<T> {
  query: UseQueryResult<{ items: T[]; total: number }, unknown>;
  label: string;
  /** What to say when there is none; another text while somebody searches. */
  none: { title: string; text: string; icon: ReactNode };
  searched: boolean;
  minWidth: number;
  /** Heading cells. */
  head: ReactNode;
  /** The row of a record. */
  children: (record: T) => ReactNode;
}

/** The first records of a list as a table, and how many more there are. */
export function RecordTable<T>({ query, label, none, searched, minWidth, head, children }: Records<T>) {
  const { t } = useTranslation();
  return (
    <Async query={query} what={label} rows={6} height={40}>
      {({ items, total }) =>
        items.length === 0 ? (
          <Notice title={none.title} text={searched ? t('services.noMatch') : none.text} icon={none.icon} />
        ) : (
          <>
            <Paper withBorder>
              <WideTable label={label} minWidth={minWidth} verticalSpacing="xs">
                <Table.Thead>
                  <Table.Tr>{head}</Table.Tr>
                </Table.Thead>
                <Table.Tbody>{items.map(children)}</Table.Tbody>
              </WideTable>
            </Paper>
            {total > items.length && (
              <Text size="sm" c="dimmed" mt="xs">
                {t('customers.more', { shown: formatNumber(items.length), total: formatNumber(total) })}
              </Text>
            )}
          </>
        )
      }
    </Async>
  );
}
