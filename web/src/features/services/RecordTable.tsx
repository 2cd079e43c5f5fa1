import { Button, Group, Paper, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { WideTable } from '@/components/WideTable';
import { formatNumber } from '@/lib/format';
import type { Records } from './useRecords';

interface Props<T> {
  query: Records<T>;
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

/** The records of a list as a table, page by page. */
export function RecordTable<T>({ query, label, none, searched, minWidth, head, children }: Props<T>) {
  const { t } = useTranslation();
  return (
    <Async query={query} what={label} rows={6} height={40}>
      {({ pages }) => {
        const items = pages.flatMap((page) => page.items);
        const total = pages[0]?.total ?? items.length;
        return items.length === 0 ? (
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
              <Group justify="space-between" mt="sm">
                <Text size="sm" c="dimmed">
                  {t('customers.more', { shown: formatNumber(items.length), total: formatNumber(total) })}
                </Text>
                {query.hasNextPage && (
                  <Button variant="default" size="xs" loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
                    {t('common.more')}
                  </Button>
                )}
              </Group>
            )}
          </>
        );
      }}
    </Async>
  );
}
