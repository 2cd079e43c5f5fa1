import { Anchor, Badge, Button, Code, Group, Paper, ScrollArea, SimpleGrid, Stack, Tabs, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { getCampaignOptions, getDecisionOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Decision } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { Figure } from '@/components/Figure';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { ReportText } from '@/features/evidence/ReportText';
import { formatDay, formatDuration, formatInstant } from '@/lib/format';
import { formatCost } from '@/lib/money';
import { useUrlState } from '@/lib/useUrlState';
import classes from './Decisions.module.css';
import { OutcomeBadge } from './DecisionTable';
import { JsonTree } from './JsonTree';
import { OutputPart } from './OutputPart';
import { RunTree } from './RunTree';
import { SafetyPart, SummaryPart } from './SummaryPart';

const TABS = ['summary', 'input', 'output', 'evidence', 'safety', 'raw'] as const;
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
  const clipboard = useClipboard();
  const tokens = Object.entries(decision.usage).reduce((sum, [name, count]) => (name.endsWith('tokens') ? sum + count : sum), 0);
  return (
    <>
      <PageHeader
        title={t('decisions.titleOf', { number: decision.sequence, step: decision.step.replaceAll('_', ' ') })}
        status={
          <>
            <Badge variant="light" color="gray" tt="none">
              {decision.agent}
            </Badge>
            {decision.outcome && <OutcomeBadge outcome={decision.outcome} />}
          </>
        }
        facts={formatInstant(decision.decided_at)}
        actions={
          <Group gap="sm">
            {decision.author !== 'person' && <ReportText of={{ target: 'decision', target_id: decision.id }} />}
            <Button size="xs" variant="default" onClick={() => clipboard.copy(window.location.href)}>
              {t(clipboard.copied ? 'decisions.copied' : 'decisions.copy')}
            </Button>
            <Anchor component={Link} to={decision.run_id ? `/decisions?run=${decision.run_id}` : '/decisions'} size="sm">
              {t(decision.run_id ? 'decisions.wholeRun' : 'decisions.all')}
            </Anchor>
          </Group>
        }
      />
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="sm" mb="lg">
        <Figure label={t('decisions.by')} note={decision.model_answered && decision.provider}>
          {decision.model_answered || decision.model || t(`decisions.author.${decision.author}`)}
        </Figure>
        <Figure label={t('decisions.cost')} note={tokens > 0 ? t('decisions.tokenCount', { count: tokens }) : undefined}>
          {formatCost(decision.cost)}
        </Figure>
        <Figure label={t('decisions.took')}>{formatDuration(decision.latency_ms)}</Figure>
        <Figure label={t('decisions.evidence')}>{decision.evidence_count}</Figure>
      </SimpleGrid>
      <div className={classes.layout}>
        <RunTree decision={decision} />
        <Tabs value={place.tab} onChange={(tab) => setPlace({ tab: tab ?? undefined })} keepMounted={false} className={classes.main}>
          <ScrollArea type="never">
            <Tabs.List mb="md" aria-label={t('decisions.parts')} style={{ flexWrap: 'nowrap' }}>
              {TABS.map((tab) => (
                <Tabs.Tab key={tab} value={tab}>
                  {t(`decisions.tab.${tab}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
          </ScrollArea>
          <Tabs.Panel value={place.tab}>
            <Part tab={place.tab} decision={decision} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </>
  );
}

function Part({ tab, decision }: { tab: string; decision: Decision }) {
  if (tab === 'input') return <JsonTree value={{ inputs: decision.inputs, parameters: decision.parameters, prompt: promptOf(decision) }} />;
  if (tab === 'output') return <OutputPart decision={decision} />;
  if (tab === 'evidence') return <EvidenceList decision={decision} />;
  if (tab === 'safety') return <SafetyPart decision={decision} />;
  if (tab === 'raw') return <Code block>{JSON.stringify(decision, null, 2)}</Code>;
  return <SummaryPart decision={decision} />;
}

const promptOf = (decision: Decision) =>
  decision.prompt ? { name: decision.prompt, version: decision.prompt_version, sha256: decision.prompt_sha256 } : undefined;

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
