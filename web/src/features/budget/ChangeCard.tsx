import { Paper, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { channelColor } from '@/charts/channelColor';
import { Waterfall } from '@/charts/Waterfall';
import { at } from '@/lib/allocation/hull';
import { meanOfPlan } from './live';
import { type Model, meanAt } from './model';
import type { Budget } from './useBudget';

type Props = { campaign: Campaign; model: Model; budget: Budget };

/** Where the change of the outcome comes from, channel by channel. */
export function ChangeCard({ campaign, model, budget }: Props) {
  const { t } = useTranslation();
  const { amounts, savedAmounts } = budget;
  const steps = campaign.channel_strategies.flatMap((plan, place) => {
    const index = model.channels.findIndex(({ channel }) => channel === plan.channel);
    const known = model.channels[index];
    if (!known || at(amounts, index) === at(savedAmounts, index)) return [];
    const change = meanAt(known, at(amounts, index)) - meanAt(known, at(savedAmounts, index));
    return [{ key: plan.channel, label: plan.channel_name, change, color: channelColor(place) }];
  });
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb="xs">
        {t('waterfall.title')}
      </Title>
      {steps.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('waterfall.none')}
        </Text>
      ) : (
        <Waterfall
          title={t('waterfall.title')}
          outcome={campaign.metrics.outcome_name}
          start={{ label: t('waterfall.saved'), value: meanOfPlan(model, savedAmounts) }}
          end={{ label: t('waterfall.now'), value: budget.expected.mean }}
          steps={steps}
          format={budget.formatOutcome}
        />
      )}
    </Paper>
  );
}
