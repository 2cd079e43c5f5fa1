import { ActionIcon, Menu, Paper, Table, Text, VisuallyHidden } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Ellipsis, Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listCustomersOptions } from '@/api/generated/@tanstack/react-query.gen';
import { exportCustomerData } from '@/api/generated/sdk.gen';
import type { Customer } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { WideTable } from '@/components/WideTable';
import { formatNumber } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { saveFile } from '@/lib/saveFile';

const EraseDialog = lazy(async () => ({ default: (await import('./EraseDialog')).EraseDialog }));

/** Known customers; what is kept about one can be taken out, and erased. */
export function CustomersTable({ words }: { words: string }) {
  const { t } = useTranslation();
  const [erasing, setErasing] = useState<Customer>();
  const query = useQuery({
    ...listCustomersOptions({ query: { limit: 100, ...(words && { query: words }) } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Async query={query} what={t('services.customersTab')} rows={6} height={40}>
        {(page) =>
          page.items.length === 0 ? (
            <Notice title={t('customers.none')} text={t(words ? 'services.noMatch' : 'customers.noneText')} icon={<Users />} />
          ) : (
            <>
              <Rows customers={page.items} onErase={setErasing} />
              {page.total > page.items.length && (
                <Text size="sm" c="dimmed" mt="xs">
                  {t('customers.more', { shown: formatNumber(page.items.length), total: formatNumber(page.total) })}
                </Text>
              )}
            </>
          )
        }
      </Async>
      <Suspense fallback={null}>{erasing && <EraseDialog customer={erasing} onClose={() => setErasing(undefined)} />}</Suspense>
    </>
  );
}

function Rows({ customers, onErase }: { customers: readonly Customer[]; onErase: (customer: Customer) => void }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder>
      <WideTable label={t('services.customersTab')} minWidth={640} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('customers.name')}</Table.Th>
            <Table.Th>{t('customers.company')}</Table.Th>
            <Table.Th>{t('customers.industry')}</Table.Th>
            <Table.Th>{t('customers.region')}</Table.Th>
            <Table.Th>{t('customers.consent')}</Table.Th>
            <Table.Th ta="end">{t('customers.value')}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t('common.actions')}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {customers.map((customer) => (
            <Table.Tr key={customer.id}>
              <Table.Td>{customer.name}</Table.Td>
              <Table.Td>{customer.company}</Table.Td>
              <Table.Td>{customer.industry}</Table.Td>
              <Table.Td>{customer.region}</Table.Td>
              <Table.Td>{t(`customers.consents.${customer.consent || 'unknown'}`)}</Table.Td>
              <Table.Td ta="end">{customer.lifetime_value ? formatMoney(customer.lifetime_value) : ''}</Table.Td>
              <Table.Td ta="end">
                <CustomerMenu customer={customer} onErase={() => onErase(customer)} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Paper>
  );
}

function CustomerMenu({ customer, onErase }: { customer: Customer; onErase: () => void }) {
  const { t } = useTranslation();
  const mayAdminister = useCan('administer');
  const take = async () => {
    const { data } = await exportCustomerData({ path: { customer_id: customer.id } });
    saveFile(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }), `${customer.external_id}.json`);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('customers.menu', { name: customer.name })} disabled={!mayAdminister}>
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void take()}>{t('customers.export')}</Menu.Item>
        <Menu.Item color="red" onClick={onErase}>
          {t('customers.erase')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
