import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '@/components/PageHeader';
import { useUrlState } from '@/lib/useUrlState';
import { AudiencesTab } from './AudiencesTab';
import { CatalogueTab } from './CatalogueTab';
import { CustomersTab } from './CustomersTab';
import { DocumentsTab } from './DocumentsTab';

const PLACE: { tab: string } = { tab: 'services' };

/** What is on offer, for whom, and what has been written about it. */
export function ServicesPage() {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  return (
    <>
      <PageHeader title={t('nav.services')} facts={t('services.facts')} />
      <Tabs value={place.tab} onChange={(tab) => setPlace({ tab: tab ?? undefined })} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t('nav.services')}>
          <Tabs.Tab value="services">{t('services.tab')}</Tabs.Tab>
          <Tabs.Tab value="audiences">{t('services.audiencesTab')}</Tabs.Tab>
          <Tabs.Tab value="customers">{t('services.customersTab')}</Tabs.Tab>
          <Tabs.Tab value="documents">{t('services.documentsTab')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="services">
          <CatalogueTab />
        </Tabs.Panel>
        <Tabs.Panel value="audiences">
          <AudiencesTab />
        </Tabs.Panel>
        <Tabs.Panel value="customers">
          <CustomersTab />
        </Tabs.Panel>
        <Tabs.Panel value="documents">
          <DocumentsTab />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
