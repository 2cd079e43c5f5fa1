import { Table, Text } from '@mantine/core';
import { Building2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { listCompaniesQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { listCompanies } from '@/api/generated/sdk.gen';
import { formatNumber } from '@/lib/format';
import { RecordTable } from './RecordTable';
import { useRecords } from './useRecords';

/** Companies that a customer system brought, with how many customers and deals belong to each. */
export function CompaniesTable({ words }: { words: string }) {
  const { t } = useTranslation();
  const asked = { limit: 100, ...(words && { query: words }) };
  const query = useRecords(listCompaniesQueryKey({ query: asked }), ({ pageParam, signal }) =>
    listCompanies({ query: { ...asked, cursor: pageParam }, signal }),
  );
  return (
    <RecordTable
      query={query}
      label={t('customers.list.companies')}
      none={{ title: t('customers.noCompanies'), text: t('customers.noAccountsText'), icon: <Building2 /> }}
      searched={Boolean(words)}
      minWidth={560}
      head={
        <>
          <Table.Th>{t('customers.name')}</Table.Th>
          <Table.Th>{t('customers.industry')}</Table.Th>
          <Table.Th>{t('customers.region')}</Table.Th>
          <Table.Th ta="end">{t('customers.employees')}</Table.Th>
          <Table.Th ta="end">{t('services.customersTab')}</Table.Th>
          <Table.Th ta="end">{t('customers.list.deals')}</Table.Th>
        </>
      }
    >
      {(company) => (
        <Table.Tr key={company.id}>
          <Table.Td>
            {company.name}
            <Text size="xs" c="dimmed">
              {company.domain}
            </Text>
          </Table.Td>
          <Table.Td>{company.industry}</Table.Td>
          <Table.Td>{company.region}</Table.Td>
          <Table.Td ta="end">{company.employees === null ? '' : formatNumber(company.employees)}</Table.Td>
          <Table.Td ta="end">{formatNumber(company.customers)}</Table.Td>
          <Table.Td ta="end">{formatNumber(company.deals)}</Table.Td>
        </Table.Tr>
      )}
    </RecordTable>
  );
}
