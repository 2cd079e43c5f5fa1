import { ActionIcon, Menu, Table, VisuallyHidden } from '@mantine/core';
import { Ellipsis, Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listCustomersQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { exportCustomerData, listCustomers } from '@/api/generated/sdk.gen';
import type { Customer } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { formatMoney } from '@/lib/money';
import { saveFile } from '@/lib/saveFile';
import { RecordTable } from './RecordTable';
import { useRecords } from './useRecords';

const EraseDialog = lazy(async () => ({ default: (await import('./EraseDialog')).EraseDialog }));

/** Known customers; what is kept about one can be taken out, and erased. */
export function CustomersTable({ words }: { words: string }) {
  const { t } = useTranslation();
  const [erasing, setErasing] = useState<Customer>();
  const asked = { limit: 100, ...(words && { query: words }) };
  const query = useRecords(listCustomersQueryKey({ query: asked }), ({ pageParam, signal }) =>
    listCustomers({ query: { ...asked, cursor: pageParam }, signal }),
  );
  return (
    <>
      <RecordTable
        query={query}
        label={t('services.customersTab')}
        none={{ title: t('customers.none'), text: t('customers.noneText'), icon: <Users /> }}
        searched={Boolean(words)}
        minWidth={640}
        head={
          <>
            <Table.Th>{t('customers.name')}</Table.Th>
            <Table.Th>{t('customers.company')}</Table.Th>
            <Table.Th>{t('customers.industry')}</Table.Th>
            <Table.Th>{t('customers.region')}</Table.Th>
            <Table.Th>{t('customers.consent')}</Table.Th>
            <Table.Th ta="end">{t('customers.value')}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t('common.actions')}</VisuallyHidden>
            </Table.Th>
          </>
        }
      >
        {(customer) => (
          <Table.Tr key={customer.id}>
            <Table.Td>{customer.name}</Table.Td>
            <Table.Td>{customer.company}</Table.Td>
            <Table.Td>{customer.industry}</Table.Td>
            <Table.Td>{customer.region}</Table.Td>
            <Table.Td>{t(`customers.consents.${customer.consent || 'unknown'}`)}</Table.Td>
            <Table.Td ta="end">{customer.lifetime_value ? formatMoney(customer.lifetime_value) : ''}</Table.Td>
            <Table.Td ta="end">
              <CustomerMenu customer={customer} onErase={() => setErasing(customer)} />
            </Table.Td>
          </Table.Tr>
        )}
      </RecordTable>
      <Suspense fallback={null}>{erasing && <EraseDialog customer={erasing} onClose={() => setErasing(undefined)} />}</Suspense>
    </>
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
