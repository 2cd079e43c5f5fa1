import { Anchor, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listDecisionsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Campaign } from '@/api/generated/types.gen';
import { formatDuration } from '@/lib/format';
import { formatCost } from '@/lib/money';
import classes from './Ideas.module.css';

/** What the last run used: sources, models, money and time, with the way to every decision in it. */
export function RunSummary({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const run = campaign.run_id ?? '';
  const query = useQuery({
    ...listDecisionsOptions({ query: { run_id: run, limit: 100 } }),
    enabled: run !== '' && campaign.run_state === 'succeeded',
    throwOnError: false,
  });
  const rows = query.data?.items ?? [];
  if (rows.length === 0) return null;
  const models = [...new Set(rows.filter((row) => row.author === 'ai').map((row) => row.model_answered || row.model))];
  const reasons = [...new Set(rows.map((row) => row.fallback_reason).filter(Boolean))];
  const facts: [string, string][] = [
    [t('ideas.sourcesUsed'), String(campaign.evidence.length)],
    [t('ideas.model'), models.length > 0 ? models.join(', ') : t('ideas.author.rules')],
    [t('ideas.cost'), formatCost(String(rows.reduce((all, row) => all + Number(row.cost), 0)))],
    [t('ideas.took'), formatDuration(rows.reduce((all, row) => all + row.latency_ms, 0))],
  ];
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb="xs">
        {t('ideas.summary')}
      </Title>
      <dl className={classes.facts}>
        {facts.flatMap(([term, value]) => [<dt key={term}>{term}</dt>, <dd key={`${term}-value`}>{value}</dd>])}
      </dl>
      {reasons.map((reason) => (
        <Text key={reason} size="sm" mb="xs">
          {t('ideas.fellBack', { reason })}
        </Text>
      ))}
      <Anchor component={Link} to={`/decisions?run=${run}`} size="sm">
        {t('ideas.trace')}
      </Anchor>
    </Paper>
  );
}
