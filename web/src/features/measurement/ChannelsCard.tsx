import { Paper, Stack, Table, Text, Title, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listBrandsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { ModelChannel } from '@/api/generated/types.gen';
import { channelColor } from '@/charts/channelColor';
import { ResponseCurve } from '@/charts/ResponseCurve';
import { QualityBadge } from '@/components/Badges';
import { Estimate } from '@/components/Estimate';
import { WideTable } from '@/components/WideTable';
import { niceStep } from '@/lib/curve';
import { formatCompact, formatNumber } from '@/lib/format';
import { shareOr } from './words';

const pointsOf = (channel: ModelChannel) =>
  (channel.curve?.spend ?? []).map((spend, index) => ({
    spend,
    mean: channel.curve?.mean[index] ?? 0,
    low: channel.curve?.low[index] ?? 0,
    high: channel.curve?.high[index] ?? 0,
  }));

/** What is known of each channel: returns with their intervals, how well it is known, and the curve of the chosen one. */
export function ChannelsCard({ channels, brand }: { channels: readonly ModelChannel[]; brand: string }) {
  const { t } = useTranslation();
  const brands = useQuery({ ...listBrandsOptions({ query: { limit: 100 } }), throwOnError: false });
  // Money comes back by the unit; sign-ups and the like only by the thousand.
  const per = brands.data?.items.find((each) => each.id === brand)?.outcome_is_money === false ? 1000 : 1;
  const returned = (value: number) => formatNumber(value * per);
  const [chosen, choose] = useState(0);
  const channel = channels[chosen] ?? channels[0];
  if (!channel) return null;
  const points = pointsOf(channel);
  const usual = channel.spend_seen ?? points.at(-1)?.spend ?? 0;
  return (
    <Paper withBorder p="md">
      <Title order={2} mb="sm">
        {t('measurement.channels')}
      </Title>
      <WideTable label={t('measurement.channels')} minWidth={640} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('measurement.channel')}</Table.Th>
            <Table.Th>{t('measurement.known')}</Table.Th>
            <Table.Th ta="end">{t('measurement.roi', { per: formatNumber(per) })}</Table.Th>
            <Table.Th ta="end">{t('measurement.marginal', { per: formatNumber(per) })}</Table.Th>
            <Table.Th ta="end">{t('measurement.share')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {channels.map((each, index) => (
            <Table.Tr key={each.channel} {...(each === channel && { bg: 'var(--mantine-color-default-hover)' })}>
              <Table.Td>
                <UnstyledButton fz="sm" fw={600} aria-pressed={each === channel} onClick={() => choose(index)}>
                  {each.channel_name}
                </UnstyledButton>
              </Table.Td>
              <Table.Td>
                <QualityBadge quality={each.quality} reason={each.quality_reason} />
              </Table.Td>
              <Table.Td ta="end">{each.roi ? <Estimate {...each.roi} format={returned} /> : '–'}</Table.Td>
              <Table.Td ta="end">{each.marginal_roi ? <Estimate {...each.marginal_roi} format={returned} /> : '–'}</Table.Td>
              <Table.Td ta="end">{shareOr(each.share, 1)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      {points.length > 1 && (
        <Stack gap={4} mt="md">
          <Title order={3}>{t('measurement.curve', { channel: channel.channel_name })}</Title>
          <ResponseCurve
            title={t('measurement.curve', { channel: channel.channel_name })}
            outcomeLabel={t('measurement.weekly')}
            points={points}
            spend={usual}
            color={channelColor(channels.indexOf(channel))}
            seen={channel.spend_seen ?? 0}
            step={niceStep(points.at(-1)?.spend ?? 1)}
            format={formatCompact}
            formatOutcome={formatNumber}
          />
          <Text size="sm" c="dimmed">
            {channel.quality_reason}
          </Text>
        </Stack>
      )}
    </Paper>
  );
}
