import { Code, List, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { verifyDecisionsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Decision } from '@/api/generated/types.gen';
import { Notice } from '@/components/Notice';
import { ChainNotice } from './ChainNotice';
import { Unmask } from './Unmask';

function Lines({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <section>
      <Title order={3} mb={4}>
        {title}
      </Title>
      <List size="sm" spacing={4}>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </section>
  );
}

/** Why: what was decided, how sure it is, what else was weighed, and its place in the chain. */
export function SummaryPart({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const chain = useQuery({ ...verifyDecisionsOptions(), throwOnError: false });
  return (
    <Stack maw={820}>
      <Text>{decision.summary}</Text>
      {decision.confidence && (
        <Text size="sm">
          {t('decisions.confidence', { kind: decision.confidence_kind.replaceAll('_', ' '), words: decision.confidence })}
        </Text>
      )}
      {decision.fallback_reason && <Text size="sm">{t('decisions.fallback', { reason: decision.fallback_reason })}</Text>}
      <Lines title={t('decisions.alternatives')} lines={decision.alternatives} />
      <Lines title={t('decisions.attempts')} lines={decision.attempts} />
      {chain.data && <ChainNotice state={chain.data} />}
      <Text size="sm" c="dimmed">
        {t('decisions.hash')} <Code style={{ overflowWrap: 'anywhere' }}>{decision.hash}</Code>
      </Text>
      <Text size="sm" c="dimmed">
        {t('decisions.previous')} <Code style={{ overflowWrap: 'anywhere' }}>{decision.previous_hash}</Code>
      </Text>
    </Stack>
  );
}

/** What was taken out of the prompt or the answer, by which rule, and what is masked here. */
export function SafetyPart({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  return (
    <Stack>
      {decision.removed.length === 0 ? (
        <Notice title={t('decisions.nothingRemoved')} text={t('decisions.nothingRemovedText')} />
      ) : (
        <Lines title={t('decisions.removed')} lines={decision.removed} />
      )}
      <Unmask decision={decision} />
    </Stack>
  );
}
