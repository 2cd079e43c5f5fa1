import { Alert, Button, Group, NumberInput, Paper, Stack, Text, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import type { AiSettings } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { useSaveAi } from './useAi';

const LIMITS = ['workspace_per_day', 'user_per_day', 'campaign'] as const;
type Values = Record<(typeof LIMITS)[number], number | string>;

const decimal = (value: number | string) => (value === '' ? null : Number(value).toFixed(2));

/** The most that model calls may cost. An empty field means no limit. */
export function LimitsForm({ settings }: { settings: AiSettings }) {
  const { t } = useTranslation();
  const may = useCan('administer');
  const save = useSaveAi();
  const form = useForm<Values>({
    initialValues: {
      workspace_per_day: settings.limits.workspace_per_day ?? '',
      user_per_day: settings.limits.user_per_day ?? '',
      campaign: settings.limits.campaign ?? '',
    },
  });
  const submit = (values: Values) =>
    save.mutate({
      settings,
      patch: {
        limits: {
          workspace_per_day: decimal(values.workspace_per_day),
          user_per_day: decimal(values.user_per_day),
          campaign: decimal(values.campaign),
        },
      },
    });
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb={4}>
        {t('limits.title')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('limits.text')}
      </Text>
      <form onSubmit={form.onSubmit(submit)}>
        <Stack gap="sm">
          {save.error && (
            <Alert color="red" role="alert">
              {save.error.message}
            </Alert>
          )}
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
            <Button type="submit" disabled={!may || !form.isDirty()} loading={save.isPending}>
              {t('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
