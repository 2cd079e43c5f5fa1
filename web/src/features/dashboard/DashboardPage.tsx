import { Anchor, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listCampaignsOptions, listSignalsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { useCan, useMe } from '@/api/me';
import { Async } from '@/components/Async';
import { CreateButton } from '@/components/CreateButton';
import { PageHeader } from '@/components/PageHeader';
import { today } from '@/lib/days';
import { formatAgo } from '@/lib/format';
import { campaignPath } from '@/lib/paths';
import { CampaignFacts } from './CampaignFacts';
import classes from './Dashboard.module.css';
import { GettingStarted } from './GettingStarted';
import { needsOf } from './needs';
import { Section } from './Section';

const greeting = (hour: number) => (hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening');
const MOST = 5;

/** What waits for a person, what is under way, what is new, and what to do next. */
export function DashboardPage() {
  const { t } = useTranslation();
  const { user } = useMe();
  const mayPlan = useCan('plan');
  const campaigns = useQuery({ ...listCampaignsOptions({ query: { limit: 50, sort: '-updated_at' } }), throwOnError: false });
  const signals = useQuery({ ...listSignalsOptions({ query: { limit: MOST, clusters: true } }), throwOnError: false });
  return (
    <>
      <PageHeader
        title={t(`dashboard.${greeting(new Date().getHours())}`, { name: user.name.split(' ')[0] })}
        documentTitle={t('nav.dashboard')}
        actions={<CreateButton allowed={mayPlan} />}
      />
      <GettingStarted campaigns={campaigns.data?.items ?? []} known={campaigns.data !== undefined} />
      <SimpleGrid cols={{ base: 1, md: 2 }} className={classes.columns}>
        <Stack>
          <Section title={t('dashboard.needs')}>
            <Async query={campaigns} what={t('campaigns.what')} rows={3}>
              {(page) => {
                const needs = needsOf(page.items, today());
                return (
                  <Stack component="ul" className="plain-list" gap="md">
                    {needs.slice(0, MOST).map(({ row, reason }) => (
                      <li key={row.id}>
                        <Anchor component={Link} to={campaignPath(row)} fw={550}>
                          {row.name}
                        </Anchor>
                        <Text size="sm" c="dimmed">
                          {t(`dashboard.need.${reason}`)}
                        </Text>
                      </li>
                    ))}
                    {needs.length > MOST && (
                      <Text component="li" size="sm" c="dimmed">
                        {t('dashboard.moreNeeds', { count: needs.length - MOST })}
                      </Text>
                    )}
                    {needs.length === 0 && (
                      <Text component="li" size="sm" c="dimmed">
                        {t('dashboard.noNeeds')}
                      </Text>
                    )}
                  </Stack>
                );
              }}
            </Async>
          </Section>
          <Section title={t('dashboard.campaigns')} all={{ to: '/campaigns', label: t('dashboard.allCampaigns') }}>
            <Async query={campaigns} what={t('campaigns.what')} rows={3}>
              {(page) => (
                <Stack component="ul" className="plain-list" gap="md">
                  {page.items.slice(0, MOST).map((row) => (
                    <CampaignFacts key={row.id} row={row} />
                  ))}
                  {page.items.length === 0 && (
                    <Text component="li" size="sm" c="dimmed">
                      {t('campaigns.noneText')}
                    </Text>
                  )}
                </Stack>
              )}
            </Async>
          </Section>
        </Stack>
        <Section title={t('dashboard.signals')} all={{ to: '/market', label: t('dashboard.allSignals') }}>
          <Async query={signals} what={t('dashboard.signals')} rows={3}>
            {(page) => (
              <Stack component="ul" className="plain-list" gap="md">
                {page.items.map((signal) => (
                  <li key={signal.id}>
                    <Anchor component={Link} to={`/market?signal=${signal.id}`} fw={550}>
                      {signal.title || signal.content.slice(0, 90)}
                    </Anchor>
                    <Text size="sm" c="dimmed">
                      {signal.source} · {formatAgo(signal.timestamp)}
                    </Text>
                  </li>
                ))}
                {page.items.length === 0 && (
                  <Text component="li" size="sm" c="dimmed">
                    {t('dashboard.noSignals')}
                  </Text>
                )}
              </Stack>
            )}
          </Async>
        </Section>
      </SimpleGrid>
    </>
  );
}
