import { Button, Menu, Tabs } from '@mantine/core';
import { ChevronDown, Link2, Rss, Upload } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCan } from '@/api/me';
import { PageHeader } from '@/components/PageHeader';
import { useUrlState } from '@/lib/useUrlState';
import { ActualsTab } from './ActualsTab';
import { SignalsTab } from './SignalsTab';
import { SourcesTab } from './SourcesTab';

const SourceDialog = lazy(async () => ({ default: (await import('./SourceDialog')).SourceDialog }));

const LinkDialog = lazy(async () => ({ default: (await import('./LinkDialog')).LinkDialog }));

const PLACE: { tab: string; brand: string | undefined; signal: string | undefined; source: string | undefined } = {
  tab: 'signals',
  brand: undefined,
  signal: undefined,
  source: undefined,
};

/** What happens in the market, where the news comes from, and what past spend brought. */
export function MarketPage() {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  const [adding, setAdding] = useState<'link' | 'source'>();
  const mayPlan = useCan('plan');
  const done = () => setAdding(undefined);
  return (
    <>
      <PageHeader
        title={t('nav.market')}
        facts={t('market.facts')}
        actions={
          <>
            <Button component={Link} to="/import/actuals" variant="default" leftSection={<Upload size={16} aria-hidden />}>
              {t('imports.actuals')}
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button rightSection={<ChevronDown size={14} aria-hidden />} disabled={!mayPlan}>
                  {t('market.add')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<Rss size={16} aria-hidden />} onClick={() => setAdding('source')}>
                  {t('market.addSource')}
                </Menu.Item>
                <Menu.Item leftSection={<Link2 size={16} aria-hidden />} onClick={() => setAdding('link')}>
                  {t('market.addLink')}
                </Menu.Item>
                <Menu.Item component={Link} to="/import/signals" leftSection={<Upload size={16} aria-hidden />}>
                  {t('imports.signals')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        }
      />
      <Tabs value={place.tab} onChange={(tab) => setPlace({ tab: tab ?? undefined })} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t('nav.market')}>
          <Tabs.Tab value="signals">{t('market.signals')}</Tabs.Tab>
          <Tabs.Tab value="sources">{t('market.sources')}</Tabs.Tab>
          <Tabs.Tab value="actuals">{t('market.actuals')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="signals">
          <SignalsTab onAddSource={() => setAdding('source')} onAddLink={() => setAdding('link')} />
        </Tabs.Panel>
        <Tabs.Panel value="sources">
          <SourcesTab chosen={place.source} onAdd={() => setAdding('source')} />
        </Tabs.Panel>
        <Tabs.Panel value="actuals">
          <ActualsTab chosen={place.brand} onChoose={(brand) => setPlace({ brand })} />
        </Tabs.Panel>
      </Tabs>
      <Suspense fallback={null}>
        {adding === 'source' && <SourceDialog onClose={done} onAdded={() => setPlace({ tab: 'sources' })} />}
        {adding === 'link' && <LinkDialog onClose={done} onAdded={(signal) => setPlace({ tab: undefined, signal })} />}
      </Suspense>
    </>
  );
}
