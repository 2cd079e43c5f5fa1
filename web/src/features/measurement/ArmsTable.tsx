import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { LearningReport } from '@/api/generated/types.gen';
import { WideTable } from '@/components/WideTable';
import { formatNumber, formatPercent } from '@/lib/format';

/** What was tried: how often it was liked, and what it brought; opinions and results are kept apart. */
export function ArmsTable({ arms }: Pick<LearningReport, 'arms'>) {
  const { t } = useTranslation();
  return (
    <WideTable label={t('learning.arms')} minWidth={460} verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('learning.arm')}</Table.Th>
          <Table.Th>{t('learning.segment')}</Table.Th>
          <Table.Th ta="end">{t('learning.likedShare')}</Table.Th>
          <Table.Th ta="end">{t('learning.resultMean')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {arms.map((arm) => (
          <Table.Tr key={`${arm.kind}-${arm.key}-${arm.segment}`}>
            <Table.Td>{arm.name}</Table.Td>
            <Table.Td>{arm.segment || t('learning.everyone')}</Table.Td>
            <Table.Td ta="end">
              {arm.likes.mean !== null && t('learning.share', { share: formatPercent(arm.likes.mean), n: arm.likes.n })}
            </Table.Td>
            <Table.Td ta="end">
              {arm.results.mean !== null && t('learning.times', { mean: formatNumber(arm.results.mean), n: arm.results.n })}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
