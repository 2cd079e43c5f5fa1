import { Alert, Button, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { once } from '@/api/client';
import { ApiError } from '@/api/errors';
import { createExperiment } from '@/api/generated/sdk.gen';
import { Dialog } from '@/components/Dialog';

type Props = { onClose: () => void; brand: string; channels: readonly { value: string; label: string }[] };
type Values = {
  channel: string;
  start: string;
  end: string;
  mean: number | string;
  low: number | string;
  high: number | string;
  method: string;
};

const EMPTY: Values = { channel: '', start: '', end: '', mean: '', low: '', high: '', method: '' };

/** What the server calls a field, and what the form calls it. */
const FIELDS: Record<string, keyof Values> = {
  channel: 'channel',
  start_date: 'start',
  end_date: 'end',
  'lift.mean': 'mean',
  'lift.low': 'low',
  'lift.high': 'high',
  lift: 'mean',
  method: 'method',
};

/** Takes the result of a lift test: what a channel added over its days, with the interval. */
export function ExperimentDialog({ onClose, brand, channels }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const needed = (value: string | number) => (value === '' ? t('measurement.needed') : null);
  const form = useForm<Values>({
    initialValues: EMPTY,
    validate: { channel: needed, start: needed, end: needed, mean: needed, low: needed, high: needed },
  });
  const save = useMutation({
    mutationFn: (values: Values) =>
      createExperiment({
        body: {
          brand_id: brand,
          channel: values.channel,
          start_date: values.start,
          end_date: values.end,
          lift: { mean: Number(values.mean), low: Number(values.low), high: Number(values.high) },
          method: values.method,
        },
        headers: once(),
      }),
    onSuccess: async () => {
      form.reset();
      onClose();
      await client.invalidateQueries();
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      for (const [name, reason] of Object.entries(error.fields)) {
        const field = FIELDS[name];
        if (field) form.setFieldError(field, reason);
      }
    },
    meta: { quiet: true },
  });
  return (
    <Dialog opened onClose={onClose} title={t('measurement.addExperiment')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack gap="sm">
          {save.error && (
            <Alert color="red" role="alert">
              {save.error.message}
            </Alert>
          )}
          <Select
            label={t('measurement.channel')}
            data={[...channels]}
            searchable
            required
            data-autofocus
            {...form.getInputProps('channel')}
          />
          <Group grow align="flex-start">
            <TextInput type="date" label={t('measurement.from')} required {...form.getInputProps('start')} />
            <TextInput type="date" label={t('measurement.to')} required {...form.getInputProps('end')} />
          </Group>
          <NumberInput
            label={t('measurement.lift')}
            description={t('measurement.liftHelp')}
            thousandSeparator
            required
            {...form.getInputProps('mean')}
          />
          <Group grow align="flex-start">
            <NumberInput label={t('measurement.low')} thousandSeparator required {...form.getInputProps('low')} />
            <NumberInput label={t('measurement.high')} thousandSeparator required {...form.getInputProps('high')} />
          </Group>
          <TextInput label={t('measurement.method')} placeholder={t('measurement.methodHint')} {...form.getInputProps('method')} />
        </Stack>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
