import { Box, Paper, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { LineChart } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useBrand } from '@/api/brands';
import { getActualsSummaryOptions, listChannelsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { Async } from '@/components/Async';
import { BrandSelect } from '@/components/BrandSelect';
import { Notice } from '@/components/Notice';
import { WideTable } from '@/components/WideTable';
import { formatDayRange, formatNumber } from '@/lib/format';
import { formatMoney } from '@/lib/money';

type Props = { chosen: string | undefined; onChoose: (brand: string | undefined) => void };

/** What past spend brought, by channel and measure. */
export function ActualsTab({ chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const { brands, brand: meant, none: noBrand } = useBrand(chosen);
  const channels = useQuery({ ...listChannelsOptions(), throwOnError: false });
  const nameOf = (channel: string) => channels.data?.items.find((c) => c.channel === channel)?.name ?? channel;
  const brand = meant?.id ?? '';
  const query = useQuery({ ...getActualsSummaryOptions({ query: { brand_id: brand } }), enabled: brand !== '' });
  const none = <Notice title={t('market.noActuals')} text={t('market.noActualsText')} icon={<LineChart />} />;
  if (noBrand) return none;
  return (
    <>
      <Box mb="md">
        <BrandSelect brands={brands} value={meant?.id} onChange={onChoose} always />
      </Box>
      <Async query={query} what={t('market.actuals')}>
        {(summary) =>
          summary.channels.length === 0 ? (
            none
          ) : (
            <Paper withBorder>
              <WideTable label={t('market.actuals')} minWidth={520} verticalSpacing="sm">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('market.what')}</Table.Th>
                    <Table.Th>{t('market.span')}</Table.Th>
                    <Table.Th ta="end">{t('market.total')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {summary.channels.map((row) => (
                    <Table.Tr key={row.channel}>
                      <Table.Td>{nameOf(row.channel)}</Table.Td>
                      <Table.Td>{t('market.weeks', { range: formatDayRange(row.first_day, row.last_day), count: row.weeks })}</Table.Td>
                      <Table.Td ta="end">{formatMoney(row.spend)}</Table.Td>
                    </Table.Tr>
                  ))}
                  {summary.metrics.map((row) => (
                    <Table.Tr key={row.metric}>
                      <Table.Td>{row.metric}</Table.Td>
                      <Table.Td>{formatDayRange(row.first_day, row.last_day)}</Table.Td>
                      <Table.Td ta="end">{formatNumber(row.total)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </WideTable>
            </Paper>
          )
        }
      </Async>
    </>
  );
}
