import { Anchor, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listCampaignsOptions, listSignalsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { useCan, useMe } from '@/api/me';
import { Async } from '@/components/Async';
import { StatusBadge } from '@/components/Badges';
import { CreateButton } from '@/components/CreateButton';
import { Estimate } from '@/components/Estimate';
import { PageHeader } from '@/components/PageHeader';
import { formatAgo, formatDayRange } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { GettingStarted } from './GettingStarted';

const greeting = (hour: number) => (hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening');

/** What is under way, what is new, and what to do next. */
export function DashboardPage() {
  const { t } = useTranslation();
  const { user } = useMe();
  const mayPlan = useCan('plan');
  const campaigns = useQuery({ ...listCampaignsOptions({ query: { limit: 5, sort: '-updated_at' } }), throwOnError: false });
  const signals = useQuery({ ...listSignalsOptions({ query: { limit: 4 } }), throwOnError: false });
  return (
    <>
      <PageHeader
        title={t(`dashboard.${greeting(new Date().getHours())}`, { name: user.name.split(' ')[0] })}
        documentTitle={t('nav.dashboard')}
        actions={<CreateButton allowed={mayPlan} />}
      />
      <GettingStarted campaigns={campaigns.data?.items ?? []} known={campaigns.data !== undefined} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Paper withBorder p="lg" component="section" aria-labelledby="latest-campaigns">
          <Group justify="space-between" mb="sm">
            <Title order={2} id="latest-campaigns">
              {t('dashboard.campaigns')}
            </Title>
            <Anchor component={Link} to="/campaigns" size="sm">
              {t('dashboard.allCampaigns')}
            </Anchor>
          </Group>
          <Async query={campaigns} what={t('campaigns.what')}>
            {(page) => (
              <Stack component="ul" className="plain-list" gap="md">
                {page.items.map((row) => (
                  <li key={row.id}>
                    <Group justify="space-between" wrap="nowrap">
                      <Anchor component={Link} to={`/campaigns/${row.id}`} fw={550} truncate>
                        {row.name}
                      </Anchor>
                      <StatusBadge status={row.status} />
                    </Group>
                    <Text size="sm" c="dimmed" component="div">
                      {formatMoney(row.total_budget)} · {formatDayRange(row.start_date, row.end_date)}
                      {row.expected_outcome && (
                        <>
                          {' · '}
                          <Estimate {...row.expected_outcome} unit={row.outcome_name} /> {row.outcome_name}
                        </>
                      )}
                    </Text>
                  </li>
                ))}
                {page.items.length === 0 && (
                  <Text component="li" size="sm" c="dimmed">
                    {t('campaigns.noneText')}
                  </Text>
                )}
              </Stack>
            )}
          </Async>
        </Paper>
        <Paper withBorder p="lg" component="section" aria-labelledby="latest-signals">
          <Group justify="space-between" mb="sm">
            <Title order={2} id="latest-signals">
              {t('dashboard.signals')}
            </Title>
            <Anchor component={Link} to="/market" size="sm">
              {t('dashboard.allSignals')}
            </Anchor>
          </Group>
          <Async query={signals} what={t('dashboard.signals')}>
            {(page) => (
              <Stack component="ul" className="plain-list" gap="md">
                {page.items.map((signal) => (
                  <li key={signal.id}>
                    <Text size="sm" fw={550}>
                      {signal.title}
                    </Text>
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
        </Paper>
      </SimpleGrid>
    </>
  );
}
