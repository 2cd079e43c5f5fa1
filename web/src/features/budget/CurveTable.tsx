import { Button, Table } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { type CurvePoint, outcomeAt } from '@/lib/curve';

type Props = {
  points: readonly CurvePoint[];
  outcome: string;
  format: (spend: number) => string;
  formatOutcome: (value: number) => string;
};

/** The curve as numbers, for whoever would rather read than look. */
export function CurveTable({ points, outcome, format, formatOutcome }: Props) {
  const { t } = useTranslation();
  const [opened, { toggle }] = useDisclosure(false);
  const end = points.at(-1)?.spend ?? 0;
  const rows = Array.from({ length: 9 }, (_, i) => (end * i) / 8);
  return (
    <>
      <Button size="compact-sm" variant="subtle" mt="xs" onClick={toggle} aria-expanded={opened}>
        {opened ? t('curve.hideTable') : t('curve.showTable')}
      </Button>
      {opened && (
        <Table mt="xs" withRowBorders={false}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th ta="end">{t('budget.budget')}</Table.Th>
              <Table.Th ta="end">{outcome}</Table.Th>
              <Table.Th ta="end">{t('curve.interval')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((spend) => {
              const { mean, low, high } = outcomeAt(points, spend);
              return (
                <Table.Tr key={spend}>
                  <Table.Td ta="end">{format(spend)}</Table.Td>
                  <Table.Td ta="end">{formatOutcome(mean)}</Table.Td>
                  <Table.Td ta="end">{t('estimate.range', { low: formatOutcome(low), high: formatOutcome(high) })}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
    </>
  );
}
