import { Alert, Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listWithoutOptions } from '@/api/generated/@tanstack/react-query.gen';
import { askWithout } from '@/api/generated/sdk.gen';
import type { Campaign, Counterfactual } from '@/api/generated/types.gen';
import { Dialog } from '@/components/Dialog';
import { Estimate } from '@/components/Estimate';
import { formatMoney } from '@/lib/money';
import { outcomeFormat } from '@/lib/outcome';

type Props = { campaign: Campaign; chosen?: string | undefined; onClose: () => void };

/** Makes the plan again without one thing that was known, and shows what would be different. */
export function WithoutDialog({ campaign, chosen, onClose }: Props) {
  const { t } = useTranslation();
  const path = { campaign_id: campaign.id };
  const known = useQuery({ ...listWithoutOptions({ path }), throwOnError: false });
  const items = known.data?.items ?? [];
  const [left, setLeft] = useState(chosen ?? null);
  const ask = useMutation({
    mutationFn: async (id: string) => {
      const one = items.find((item) => item.id === id);
      const body = one?.kind === 'segment' ? { segment: one.title } : { without: [id] };
      return (await askWithout({ path, body })).data;
    },
    meta: { quiet: true },
  });
  return (
    <Dialog opened onClose={onClose} title={t('without.title')} size="lg">
      <Stack gap="sm">
        <Text size="sm">{t('without.text')}</Text>
        <Group align="flex-end" gap="sm">
          <Select
            flex={1}
            label={t('without.pick')}
            data={items.map((item) => ({ value: item.id, label: item.title }))}
            value={left}
            onChange={setLeft}
            searchable
            data-autofocus
          />
          <Button disabled={!left} loading={ask.isPending} onClick={() => left && ask.mutate(left)}>
            {t('without.run')}
          </Button>
        </Group>
        {ask.error && (
          <Alert color="red" role="alert">
            {ask.error.message}
          </Alert>
        )}
        {ask.data && <Result campaign={campaign} found={ask.data} />}
      </Stack>
    </Dialog>
  );
}

function Result({ campaign, found }: { campaign: Campaign; found: Counterfactual }) {
  const { t } = useTranslation();
  const { metrics } = campaign;
  const format = outcomeFormat(metrics.outcome_is_money, metrics.total_budget.currency);
  const moved = found.channels.filter((row) => row.before.amount !== row.after.amount);
  return (
    <Stack gap="sm" role="status">
      <Text>{found.text}</Text>
      <Group gap="lg">
        {(['before', 'after'] as const).map((side) => (
          <div key={side}>
            <Text size="xs" c="dimmed">
              {t(`without.${side}`)}
            </Text>
            <Estimate {...found.outcome[side]} unit={metrics.outcome_name} format={format} />
          </div>
        ))}
      </Group>
      {moved.length === 0 ? (
        <Text size="sm">{t('without.noMove')}</Text>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('without.channel')}</Table.Th>
              <Table.Th ta="end">{t('without.before')}</Table.Th>
              <Table.Th ta="end">{t('without.after')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {moved.map((row) => (
              <Table.Tr key={row.channel}>
                <Table.Td>{row.channel_name}</Table.Td>
                <Table.Td ta="end">{formatMoney(row.before)}</Table.Td>
                <Table.Td ta="end">{formatMoney(row.after)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {found.ideas.gone.length === 0 && found.ideas.new.length === 0 && <Text size="sm">{t('without.same')}</Text>}
      {found.ideas.gone.length > 0 && <Text size="sm">{t('without.gone', { themes: found.ideas.gone.join(', ') })}</Text>}
      {found.ideas.new.length > 0 && <Text size="sm">{t('without.new', { themes: found.ideas.new.join(', ') })}</Text>}
      {found.ideas.moved.length > 0 && <Text size="sm">{t('without.moved', { themes: found.ideas.moved.join(', ') })}</Text>}
      {found.opportunities_lost.length > 0 && <Text size="sm">{t('without.lost', { names: found.opportunities_lost.join(', ') })}</Text>}
      <Text size="xs" c="dimmed">
        {t('without.madeBy', { by: found.made_by })}
      </Text>
    </Stack>
  );
}
