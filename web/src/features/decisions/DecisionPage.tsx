import { Anchor, Badge, Code, Paper, SimpleGrid, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { getCampaignOptions, getDecisionOptions, verifyDecisionsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Decision } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { Figure } from '@/components/Figure';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { formatDay, formatDuration, formatInstant } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { useUrlState } from '@/lib/useUrlState';
import { ChainNotice } from './ChainNotice';
import { JsonTree } from './JsonTree';

const TABS = ['summary', 'input', 'output', 'evidence', 'raw'] as const;
const PLACE: { tab: string } = { tab: 'summary' };

/** One automatic step: why, from what, with what result, and its place in the chain. */
export function DecisionPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const query = useQuery({ ...getDecisionOptions({ path: { decision_id: id } }), throwOnError: true });
  return (
    <Async query={query} what={t('decisions.one')} rows={5}>
      {(decision) => <Loaded decision={decision} />}
    </Async>
  );
}

function Loaded({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  const chain = useQuery({ ...verifyDecisionsOptions(), throwOnError: false });
  return (
    <>
      <PageHeader
        title={t('decisions.titleOf', { number: decision.sequence, step: decision.step.replaceAll('_', ' ') })}
        status={
          <Badge variant="light" color="gray" tt="none">
            {decision.agent}
          </Badge>
        }
        facts={formatInstant(decision.decided_at)}
        actions={
          <Anchor component={Link} to="/decisions">
            {t('decisions.all')}
          </Anchor>
        }
      />
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm" mb="lg">
        <Figure label={t('decisions.by')}>{decision.model || decision.provider}</Figure>
        <Figure label={t('decisions.cost')}>{formatMoney({ amount: decision.cost, currency: 'USD' })}</Figure>
        <Figure label={t('decisions.took')}>{formatDuration(decision.latency_ms)}</Figure>
        <Figure label={t('decisions.evidence')}>{decision.evidence_count}</Figure>
      </SimpleGrid>
      <Tabs value={place.tab} onChange={(tab) => setPlace({ tab: tab ?? undefined })} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t('decisions.parts')}>
          {TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(`decisions.tab.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="summary">
          <Stack>
            <Text maw={720}>{decision.summary}</Text>
            {chain.data && <ChainNotice state={chain.data} />}
            <Text size="sm" c="dimmed">
              {t('decisions.hash')} <Code style={{ overflowWrap: 'anywhere' }}>{decision.hash}</Code>
            </Text>
            <Text size="sm" c="dimmed">
              {t('decisions.previous')} <Code style={{ overflowWrap: 'anywhere' }}>{decision.previous_hash}</Code>
            </Text>
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="input">
          <JsonTree value={decision.inputs} />
        </Tabs.Panel>
        <Tabs.Panel value="output">
          <JsonTree value={decision.output} />
        </Tabs.Panel>
        <Tabs.Panel value="evidence">
          <EvidenceList decision={decision} />
        </Tabs.Panel>
        <Tabs.Panel value="raw">
          <Code block>{JSON.stringify(decision, null, 2)}</Code>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** The passages that the step cited; they are kept with the campaign. */
function EvidenceList({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const campaign = useQuery({
    ...getCampaignOptions({ path: { campaign_id: decision.campaign_id ?? '' } }),
    enabled: decision.campaign_id !== null && decision.evidence.length > 0,
    throwOnError: false,
  });
  if (decision.evidence.length === 0) return <Notice title={t('decisions.noEvidence')} text={t('decisions.noEvidenceText')} />;
  const passages = new Map(campaign.data?.evidence.map((passage) => [passage.id, passage]));
  return (
    <Stack component="ul" className="plain-list" gap="sm">
      {decision.evidence.map((id) => {
        const passage = passages.get(id);
        return (
          <Paper key={id} component="li" withBorder p="md">
            <Text fw={600} size="sm">
              {passage?.title ?? id}
            </Text>
            {passage && (
              <>
                <Text size="xs" c="dimmed" mb={4}>
                  {[passage.origin, passage.on ? formatDay(passage.on) : ''].filter(Boolean).join(' · ')}
                </Text>
                <Text size="sm">{passage.text}</Text>
              </>
            )}
          </Paper>
        );
      })}
    </Stack>
  );
}
