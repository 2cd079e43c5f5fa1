import { Badge, Table } from '@mantine/core';
import { Handshake } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { listDealsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { listDeals } from '@/api/generated/sdk.gen';
import { formatDay } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { RecordTable } from './RecordTable';
import { useRecords } from './useRecords';

/** Deals that a customer system brought: their stage, and how they ended. */
export function DealsTable({ words }: { words: string }) {
  const { t } = useTranslation();
  const asked = { limit: 100, ...(words && { query: words }) };
  const query = useRecords(listDealsQueryKey({ query: asked }), ({ pageParam, signal }) =>
    listDeals({ query: { ...asked, cursor: pageParam }, signal }),
  );
  return (
    <RecordTable
      query={query}
      label={t('customers.list.deals')}
      none={{ title: t('customers.noDeals'), text: t('customers.noAccountsText'), icon: <Handshake /> }}
      searched={Boolean(words)}
      minWidth={560}
      head={
        <>
          <Table.Th>{t('customers.name')}</Table.Th>
          <Table.Th>{t('customers.company')}</Table.Th>
          <Table.Th>{t('customers.stage')}</Table.Th>
          <Table.Th ta="end">{t('customers.amount')}</Table.Th>
          <Table.Th>{t('customers.closed')}</Table.Th>
        </>
      }
    >
      {(deal) => (
        <Table.Tr key={deal.id}>
          <Table.Td>{deal.name}</Table.Td>
          <Table.Td>{deal.company_name}</Table.Td>
          <Table.Td>
            {deal.won === null ? (
              deal.stage
            ) : (
              <Badge variant="light" color={deal.won ? 'green' : 'gray'} tt="none">
                {t(deal.won ? 'customers.won' : 'customers.lost')}
              </Badge>
            )}
          </Table.Td>
          <Table.Td ta="end">{deal.amount ? formatMoney(deal.amount) : ''}</Table.Td>
          <Table.Td>{deal.closed_on ? formatDay(deal.closed_on) : ''}</Table.Td>
        </Table.Tr>
      )}
    </RecordTable>
  );
}
