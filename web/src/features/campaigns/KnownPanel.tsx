import { Badge, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Knowledge } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { QualityBadge } from '@/components/Badges';
import { FoundPassages } from './FoundPassages';

type Props = {
  query: Pick<UseQueryResult<Knowledge, unknown>, 'data' | 'error' | 'isPending' | 'refetch'>;
  service: string;
  words: string;
};

/** What is on record for the chosen service, so that one sees what the plan can rest on. */
export function KnownPanel({ query, service, words }: Props) {
  const { t } = useTranslation();
  return (
    <Paper component="aside" withBorder p="lg" aria-labelledby="known-title">
      <Title order={2} id="known-title" mb="sm">
        {t('brief.known')}
      </Title>
      {!service ? (
        <Text size="sm" c="dimmed">
          {t('brief.knownNothing')}
        </Text>
      ) : (
        <Async query={query} what={t('brief.known')} rows={5} height={20}>
          {(known) => (
            <Stack gap="md">
              <Facts known={known} />
              <FoundPassages service={service} words={words} />
            </Stack>
          )}
        </Async>
      )}
    </Paper>
  );
}

function Facts({ known }: { known: Knowledge }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      {known.facts.length > 0 && (
        <List size="sm" spacing={4}>
          {known.facts.map((fact) => (
            <List.Item key={`${fact.kind}-${fact.text}`}>{fact.text}</List.Item>
          ))}
        </List>
      )}
      {known.segments.length > 0 && (
        <div>
          <Title order={3} mb={6}>
            {t('brief.segments')}
          </Title>
          <Group gap={6}>
            {known.segments.map((segment) => (
              <Badge key={segment.id} variant="default" tt="none" fw={500}>
                {t('brief.segment', { name: segment.name, count: segment.customers })}
              </Badge>
            ))}
          </Group>
        </div>
      )}
      {known.channels.length > 0 && (
        <div>
          <Title order={3} mb={6}>
            {t('brief.curves')}
          </Title>
          <Stack gap={6}>
            {known.channels.map((channel) => (
              <Group key={channel.channel} justify="space-between" wrap="nowrap">
                <Text size="sm">{channel.name}</Text>
                <QualityBadge quality={channel.quality} reason={channel.reason} />
              </Group>
            ))}
          </Stack>
        </div>
      )}
      {known.warnings.map((warning) => (
        <Group key={warning} gap="xs" wrap="nowrap" align="flex-start">
          <TriangleAlert size={16} className="step-mark" aria-hidden />
          <Text size="sm">{warning}</Text>
        </Group>
      ))}
    </Stack>
  );
}
