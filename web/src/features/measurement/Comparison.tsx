import { Paper, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { compareModelsOptions, getMeasurementOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Model } from '@/api/generated/types.gen';
import { QualityBadge } from '@/components/Badges';
import { Estimate } from '@/components/Estimate';
import { WideTable } from '@/components/WideTable';

/** A version beside the one that plans now, channel by channel. */
export function Comparison({ model }: { model: Model }) {
  const { t } = useTranslation();
  const standing = useQuery({ ...getMeasurementOptions({ query: { brand_id: model.brand_id } }), throwOnError: false });
  const used = standing.data?.adopted;
  const other = used && used.id !== model.id ? used : undefined;
  const query = useQuery({
    ...compareModelsOptions({ query: { first: other?.id ?? '', second: model.id } }),
    enabled: other !== undefined,
    throwOnError: false,
  });
  if (!other || !query.data) return null;
  return (
    <Paper withBorder p="md">
      <Title order={2}>{t('measurement.comparison', { number: other.number })}</Title>
      <Text size="sm" mb="sm" mt={4}>
        {query.data.verdict}
      </Text>
      <WideTable label={t('measurement.comparison', { number: other.number })} minWidth={560} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('measurement.channel')}</Table.Th>
            <Table.Th ta="end">{t('measurement.version', { number: other.number })}</Table.Th>
            <Table.Th ta="end">{t('measurement.version', { number: model.number })}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {query.data.channels.map((row) => (
            <Table.Tr key={row.channel}>
              <Table.Td>{row.channel_name}</Table.Td>
              {[row.first, row.second].map((figures, index) => (
                <Table.Td ta="end" key={index === 0 ? 'first' : 'second'}>
                  {figures ? (
                    <>
                      {figures.roi ? <Estimate {...figures.roi} /> : '–'}{' '}
                      <QualityBadge quality={figures.quality} reason={t(`measurement.quality.${figures.quality}`)} />
                    </>
                  ) : (
                    '–'
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Paper>
  );
}
