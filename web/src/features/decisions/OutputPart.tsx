import { Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getCampaignOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Campaign, Decision } from '@/api/generated/types.gen';
import { WordDiff } from '@/components/WordDiff';
import { JsonTree } from './JsonTree';

/** Texts of the campaign as they stand now. */
const keptBy = (campaign: Campaign | undefined) => [
  ...(campaign?.ideas ?? []).map((idea) => `${idea.theme}. ${idea.description} ${idea.core_message} ${idea.competitive_angle}`.trim()),
  ...(campaign?.channel_strategies ?? []).map((plan) => plan.strategy),
];

const words = (text: string) => new Set(text.toLowerCase().split(/\W+/));

/** The kept text that shares most words with `text`; none when hardly any are shared. */
function nearest(text: string, kept: readonly string[]): string | undefined {
  const own = words(text);
  const score = (other: string) => [...words(other)].filter((word) => own.has(word)).length / Math.max(1, own.size);
  const best = kept.reduce<[number, string | undefined]>(
    (found, other) => (score(other) > found[0] ? [score(other), other] : found),
    [0.5, undefined],
  );
  return best[1];
}

/** What came out, over what people kept of it. */
export function OutputPart({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const { texts, ...rest } = decision.output;
  const written = Array.isArray(texts) ? texts.filter((text): text is string => typeof text === 'string') : [];
  const campaign = useQuery({
    ...getCampaignOptions({ path: { campaign_id: decision.campaign_id ?? '' } }),
    enabled: decision.campaign_id !== null && written.length > 0,
    throwOnError: false,
  });
  const kept = keptBy(campaign.data);
  return (
    <Stack>
      {written.length > 0 && (
        <section>
          <Title order={3} mb={4}>
            {t('decisions.written')}
          </Title>
          <Text size="sm" c="dimmed" mb="sm">
            {t('decisions.diffText')}
          </Text>
          <Stack gap="sm">
            {written.map((text) => {
              const now = nearest(text, kept);
              return (
                <Paper key={text} withBorder p="md">
                  <Text size="sm" component="div">
                    {now === undefined ? text : <WordDiff before={text} after={now} />}
                  </Text>
                  {campaign.data && now === undefined && (
                    <Text size="xs" c="dimmed" mt={4}>
                      {t('decisions.notKept')}
                    </Text>
                  )}
                </Paper>
              );
            })}
          </Stack>
        </section>
      )}
      <JsonTree value={rest} />
    </Stack>
  );
}
