import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listSpikesOptions } from '@/api/generated/@tanstack/react-query.gen';
import { Sparkline } from '@/charts/Sparkline';
import classes from './Market.module.css';

/** Topics that are told far more often than usual for the day of the week. */
export function SpikesCard({ onChoose }: { onChoose: (signal: string) => void }) {
  const { t } = useTranslation();
  const spikes = useQuery({ ...listSpikesOptions(), throwOnError: false });
  if (!spikes.data?.items.length) return null;
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="spikes">
      <Title order={2} id="spikes" mb="xs">
        {t('market.spikes')}
      </Title>
      <Stack gap="xs">
        {spikes.data.items.map((spike) => (
          <Group key={spike.topic} gap="md" align="center">
            <Sparkline
              values={spike.days.map((day) => day.count)}
              label={t('market.spikeDays', { topic: spike.topic, count: spike.days.length })}
              className={classes.spark}
            />
            <Text size="sm" flex="1 1 220px">
              {spike.text}
            </Text>
            {spike.signal_ids[0] && (
              <Button size="compact-xs" variant="subtle" flex="none" onClick={() => onChoose(spike.signal_ids[0] ?? '')}>
                {t('market.spikeOpen')}
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </Paper>
  );
}
