import { Alert, Group, NumberInput, Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { currentOf } from '@/api/errors';
import type { AiSettings } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { FormConflict } from '@/components/FormConflict';
import { SaveButton } from '@/components/SaveButton';
import { useRecordForm } from '@/lib/useRecordForm';
import { useSaveAi } from './useAi';

const LIMITS = ['workspace_per_day', 'user_per_day', 'campaign'] as const;
type Limit = (typeof LIMITS)[number];
type Values = Record<Limit, number | string>;

const decimal = (value: number | string) => (value === '' ? null : Number(value).toFixed(2));
const valuesOf = ({ limits }: AiSettings): Values => ({
  workspace_per_day: limits.workspace_per_day ?? '',
  user_per_day: limits.user_per_day ?? '',
  campaign: limits.campaign ?? '',
});
const textOf = (values: Values): Record<string, string> => Object.fromEntries(LIMITS.map((limit) => [limit, decimal(values[limit]) ?? '']));

/** The most that model calls may cost. An empty field means no limit. */
export function LimitsForm({ settings }: { settings: AiSettings }) {
  const { t } = useTranslation();
  const may = useCan('administer');
  const save = useSaveAi({ quiet: true });
  const { form, base, dirty, follow, settle } = useRecordForm<Values, AiSettings>({ record: settings, read: valuesOf });
  const send = (values: Values, seen: AiSettings) =>
    save.mutate(
      {
        settings: seen,
        patch: {
          limits: {
            workspace_per_day: decimal(values.workspace_per_day),
            user_per_day: decimal(values.user_per_day),
            campaign: decimal(values.campaign),
          },
        },
      },
      { onSuccess: ({ data }) => follow(data, values) },
    );
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb={4}>
        {t('limits.title')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('limits.text')}
      </Text>
      <form onSubmit={form.onSubmit((values) => send(values, base))}>
        <Stack gap="sm">
          {save.error && (
            <Alert color="red" role="alert">
              {save.error.message}
            </Alert>
          )}
          <FormConflict
            now={currentOf<AiSettings>(save.error)}
            base={base}
            mine={textOf(form.values)}
            fieldsOf={(known) => textOf(valuesOf(known))}
            label={(limit) => t(`limits.of.${limit as Limit}`)}
            saving={save.isPending}
            onSave={(result, now) => {
              const values = { ...valuesOf(now), ...result };
              settle(now, values);
              send(values, now);
            }}
            onSame={(now) => {
              follow(now);
              save.reset();
            }}
            onClose={save.reset}
          />
          <Group grow align="flex-start" preventGrowOverflow={false}>
            {LIMITS.map((limit) => (
              <NumberInput
                key={limit}
                label={t(`limits.of.${limit}`)}
                placeholder={t('limits.noLimit')}
                prefix="$"
                thousandSeparator
                decimalScale={2}
                min={0}
                miw={180}
                disabled={!may}
                {...form.getInputProps(limit)}
              />
            ))}
          </Group>
          <Group>
            <SaveButton idle={!may || !dirty} busy={save.isPending}>
              {t('common.save')}
            </SaveButton>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
