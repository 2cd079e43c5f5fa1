import { Alert, Button, Group, ScrollArea, SimpleGrid, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { MessageCircle } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigate, useParams } from 'react-router';
import { getCampaignOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Campaign } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { StatusBadge } from '@/components/Badges';
import { Estimate } from '@/components/Estimate';
import { Figure } from '@/components/Figure';
import { PageHeader } from '@/components/PageHeader';
import { type Command, usePageCommands } from '@/lib/commands';
import { formatDayRange, formatInstant, formatPercent } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { outcomeFormat } from '@/lib/outcome';
import { CampaignMenu } from './CampaignMenu';
import { StatusMenu } from './StatusMenu';

const TABS = ['ideas', 'budget', 'scenarios', 'calendar'] as const;

/** Header of one campaign: what it is, its key figures, its tabs. */
export function Workspace() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const query = useQuery({
    ...getCampaignOptions({ path: { campaign_id: id } }),
    throwOnError: (error, q) => q.state.data === undefined && Boolean(error),
  });
  return (
    <Async query={query} what={t('workspace.what')} rows={5}>
      {(campaign) => <Loaded campaign={campaign} />}
    </Async>
  );
}

function Loaded({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const base = `/campaigns/${campaign.id}`;
  const tab = TABS.find((name) => pathname === `${base}/${name}`) ?? 'ideas';
  const commands = useMemo(
    () =>
      TABS.map(
        (name, index): Command => ({
          id: `tab-${name}`,
          label: t('workspace.show', { tab: t(`workspace.tab.${name}`) }),
          group: 'page',
          keys: String(index + 1),
          run: () => void navigate(`${base}/${name}`),
        }),
      ),
    [t, navigate, base],
  );
  usePageCommands(commands);
  return (
    <>
      <PageHeader
        title={campaign.name}
        documentTitle={`${campaign.name} · ${t(`workspace.tab.${tab}`)}`}
        status={<StatusBadge status={campaign.status} />}
        facts={[
          formatDayRange(campaign.start_date, campaign.end_date),
          campaign.service_name,
          campaign.brand_name,
          t('workspace.version', { version: campaign.version, at: formatInstant(campaign.updated_at) }),
        ].join(' · ')}
        actions={
          <Group gap="xs">
            <Button
              component={Link}
              to={`/assistant?assistant=planning&campaign=${campaign.id}`}
              variant="default"
              leftSection={<MessageCircle size={16} aria-hidden />}
            >
              {t('workspace.ask')}
            </Button>
            <StatusMenu campaign={campaign} />
            <CampaignMenu campaign={campaign} onDeleted={() => void navigate('/campaigns')} />
          </Group>
        }
      />
      {campaign.written_by === 'rules' && (
        <Alert variant="light" color="blue" mb="md" py="xs">
          {t('workspace.rules')}
        </Alert>
      )}
      <KeyFigures campaign={campaign} base={base} />
      <Tabs value={tab} onChange={(name) => void navigate(`${base}/${name}`)} keepMounted={false}>
        <ScrollArea type="never">
          <Tabs.List mb="md" aria-label={t('workspace.tabs')} style={{ flexWrap: 'nowrap' }}>
            {TABS.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {t(`workspace.tab.${name}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </ScrollArea>
        <Tabs.Panel value={tab}>
          <Outlet context={campaign} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function KeyFigures({ campaign, base }: { campaign: Campaign; base: string }) {
  const { t } = useTranslation();
  const { metrics } = campaign;
  const { currency } = metrics.total_budget;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm" mb="lg">
      <Figure label={t('workspace.budget')} to={`${base}/budget`} note={t('workspace.planned', { amount: formatMoney(metrics.planned) })}>
        {formatMoney(metrics.total_budget)}
      </Figure>
      <Figure label={t('workspace.expected', { outcome: metrics.outcome_name })} to={`${base}/budget`}>
        {metrics.expected_outcome ? (
          <Estimate {...metrics.expected_outcome} unit={metrics.outcome_name} format={outcomeFormat(metrics.outcome_is_money, currency)} />
        ) : (
          '–'
        )}
      </Figure>
      {metrics.outcome_is_money ? (
        <Figure
          label={t('workspace.return')}
          to={`${base}/budget`}
          note={t('workspace.returnNote', { outcome: metrics.outcome_name, currency })}
        >
          {metrics.cost_per_outcome ? formatMoney({ amount: (1 / metrics.cost_per_outcome).toFixed(2), currency }) : '–'}
        </Figure>
      ) : (
        <Figure label={t('workspace.cost')} to={`${base}/budget`} note={t('workspace.costNote', { outcome: metrics.outcome_name })}>
          {metrics.cost_per_outcome ? formatMoney({ amount: metrics.cost_per_outcome.toFixed(2), currency }) : '–'}
        </Figure>
      )}
      <Figure
        label={t('workspace.evidence')}
        to={`${base}/ideas`}
        note={
          metrics.sources === 0 && metrics.unsupported_claims === 0
            ? t('workspace.nothingCited')
            : [
                t('workspace.supported', { share: formatPercent(metrics.supported_share) }),
                metrics.unsupported_claims > 0
                  ? t('workspace.toReview', { count: metrics.unsupported_claims })
                  : t('workspace.allSupported'),
              ].join(' · ')
        }
      >
        {t('workspace.sources', { count: metrics.sources })}
      </Figure>
    </SimpleGrid>
  );
}
