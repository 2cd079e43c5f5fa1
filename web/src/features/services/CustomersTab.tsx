import { Button, Group, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Search, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useUrlState } from '@/lib/useUrlState';
import { CompaniesTable } from './CompaniesTable';
import { CustomersTable } from './CustomersTable';
import { DealsTable } from './DealsTable';

const LISTS = ['customers', 'companies', 'deals'] as const;
const PLACE: { q: string | undefined; list: string } = { q: undefined, list: 'customers' };

/** Customers, and the companies and deals they belong to. */
export function CustomersTab() {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  const shown = LISTS.find((known) => known === place.list) ?? 'customers';
  const [settled] = useDebouncedValue(place.q ?? '', 200);
  return (
    <>
      <Group mb="md" justify="space-between">
        <Group gap="sm" flex="1 1 320px">
          <SegmentedControl
            aria-label={t('customers.lists')}
            data={LISTS.map((value) => ({ value, label: t(`customers.list.${value}`) }))}
            value={shown}
            onChange={(list) => setPlace({ list })}
          />
          <TextInput
            aria-label={t('customers.search')}
            placeholder={t('customers.search')}
            leftSection={<Search size={16} aria-hidden />}
            value={place.q ?? ''}
            onChange={(event) => setPlace({ q: event.currentTarget.value })}
            flex="1 1 200px"
            maw={420}
          />
        </Group>
        <Group gap="xs">
          <Button component={Link} to="/connections" variant="default">
            {t('customers.connect')}
          </Button>
          <Button component={Link} to={`/import/${shown}`} variant="default" leftSection={<Upload size={16} aria-hidden />}>
            {t(`imports.${shown}`)}
          </Button>
        </Group>
      </Group>
      {shown === 'companies' ? (
        <CompaniesTable words={settled} />
      ) : shown === 'deals' ? (
        <DealsTable words={settled} />
      ) : (
        <CustomersTable words={settled} />
      )}
    </>
  );
}
