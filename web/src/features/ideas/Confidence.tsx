import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Idea } from '@/api/generated/types.gen';
import { formatPercent } from '@/lib/format';

/** Who wrote the idea, and how strong its evidence is: in words until enough was learnt to say a percentage. */
export function Confidence({ idea: { author, confidence } }: { idea: Idea }) {
  const { t } = useTranslation();
  const words =
    confidence.kind === 'calibrated'
      ? t('ideas.calibrated', {
          event: confidence.event,
          probability: formatPercent(confidence.probability),
          low: formatPercent(confidence.low),
          high: formatPercent(confidence.high),
          n: confidence.n,
        })
      : confidence.words;
  return (
    <Text size="xs" c="dimmed" mb="xs">
      {[t(`ideas.author.${author as 'rules'}`), words].filter(Boolean).join(' · ')}
    </Text>
  );
}
