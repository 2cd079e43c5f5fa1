import { Alert, Button, Group, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Info } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { unchanged } from '@/api/client';
import {
  getCampaignQueryKey,
  getCurvesQueryKey,
  getNewerModelOptions,
  getNewerModelQueryKey,
  listScenariosQueryKey,
} from '@/api/generated/@tanstack/react-query.gen';
import { saveAllocation } from '@/api/generated/sdk.gen';
import type { Campaign, ModelChange } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { onNewestPlan } from '@/api/newest';
import { formatMoney } from '@/lib/money';
import { allocationBody } from './inputs';
import type { Budget } from './useBudget';

type Props = { campaign: Campaign; budget: Budget };

/** Says that another version of the model is in use than the plan stands on, what it would change, and computes anew. */
export function NewerModel({ campaign, budget }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const [shown, { toggle }] = useDisclosure(false);
  const path = { campaign_id: campaign.id };
  const found = useQuery({ ...getNewerModelOptions({ path }), throwOnError: false });
  const renew = useMutation({
    mutationFn: () =>
      onNewestPlan(campaign, (version) =>
        saveAllocation({
          path,
          body: { ...allocationBody(budget.inputs, budget.currency), newest_model: true },
          headers: unchanged(version),
        }),
      ),
    onSuccess: async ({ data }) => {
      client.setQueryData(getCampaignQueryKey({ path }), data);
      notifications.show({ color: 'brand', message: t('budget.saved', { version: data.version }), role: 'status' });
      for (const queryKey of [getCurvesQueryKey({ path }), getNewerModelQueryKey({ path }), listScenariosQueryKey({ path })])
        await client.invalidateQueries({ queryKey });
    },
  });
  const change = found.data?.change;
  if (!change) return null;
  const number = found.data?.number ?? 0;
  return (
    <Alert
      color="blue"
      variant="light"
      mb="md"
      icon={<Info size={18} aria-hidden />}
      title={t('newerModel.title', { number: change.number })}
    >
      <Text size="sm">{t(number ? 'newerModel.standsOn' : 'newerModel.standsOnNone', { number })}</Text>
      <Effect campaign={campaign} change={change} formatOutcome={budget.formatOutcome} />
      {shown && <Amounts campaign={campaign} change={change} />}
      <Group mt="sm" gap="xs">
        <Button size="xs" variant="default" onClick={toggle} aria-expanded={shown}>
          {t(shown ? 'newerModel.hide' : 'newerModel.show')}
        </Button>
        <Button size="xs" disabled={!mayPlan || budget.dirty} loading={renew.isPending} onClick={() => renew.mutate()}>
          {t('newerModel.renew', { number: change.number })}
        </Button>
        {budget.dirty && <Text size="xs">{t('newerModel.dirty')}</Text>}
      </Group>
    </Alert>
  );
}

type EffectProps = { campaign: Campaign; change: ModelChange } & Pick<Budget, 'formatOutcome'>;

/** What the plan's amounts bring on the other version, and the best there. */
function Effect({ campaign, change, formatOutcome }: EffectProps) {
  const { t } = useTranslation();
  const best = change.allocation.expected_outcome;
  return (
    <Text size="sm">
      {t('newerModel.effect', {
        outcome: campaign.metrics.outcome_name,
        now: formatOutcome(change.expected_outcome.mean),
        said: formatOutcome(campaign.metrics.expected_outcome?.mean ?? 0),
        best: formatOutcome(best.mean),
        low: formatOutcome(best.low),
        high: formatOutcome(best.high),
      })}
    </Text>
  );
}

function Amounts({ campaign, change }: { campaign: Campaign; change: ModelChange }) {
  const { t } = useTranslation();
  const anew = new Map(change.allocation.channels.map(({ channel, budget }) => [channel, budget]));
  return (
    <Table mt="xs" withRowBorders={false} aria-label={t('newerModel.amounts')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('budget.channel')}</Table.Th>
          <Table.Th ta="right">{t('newerModel.now')}</Table.Th>
          <Table.Th ta="right">{t('newerModel.then')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {campaign.channel_strategies.map(({ channel, channel_name, budget }) => (
          <Table.Tr key={channel}>
            <Table.Td>{channel_name}</Table.Td>
            <Table.Td ta="right">{formatMoney(budget)}</Table.Td>
            <Table.Td ta="right">{formatMoney(anew.get(channel) ?? budget)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
