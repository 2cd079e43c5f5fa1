import { Paper, SegmentedControl, Table, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AiSettings } from '@/api/generated/types.gen';
import { WideTable } from '@/components/WideTable';

export const EFFORTS = ['light', 'standard', 'strong'] as const;
export type Effort = (typeof EFFORTS)[number];

type Props = { settings: AiSettings; may: boolean; onSave: (efforts: AiSettings['efforts']) => void };

/** Which kind of model each step asks for: a cheap one for wording, a strong one for thinking. */
export function EffortsCard({ settings, may, onSave }: Props) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb={4}>
        {t('ai.efforts')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('ai.effortsText')}
      </Text>
      <WideTable label={t('ai.efforts')} minWidth={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('ai.step')}</Table.Th>
            <Table.Th>{t('ai.model')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {settings.steps.map((step) => (
            <Table.Tr key={step.step}>
              <Table.Th scope="row" fw={400}>
                {step.label}
              </Table.Th>
              <Table.Td>
                <SegmentedControl
                  size="xs"
                  aria-label={step.label}
                  disabled={!may}
                  value={step.effort}
                  onChange={(effort) => onSave({ ...settings.efforts, [step.step]: effort as Effort })}
                  data={EFFORTS.map((value) => ({
                    value,
                    label: value === step.default_effort ? t('ai.usual', { effort: t(`ai.effort.${value}`) }) : t(`ai.effort.${value}`),
                  }))}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Paper>
  );
}
