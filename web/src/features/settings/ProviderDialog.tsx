import { Alert, Button, Group, NumberInput, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import type { AiProvider, AiSettings } from '@/api/generated/types.gen';
import { Dialog } from '@/components/Dialog';
import { EFFORTS, type Effort } from './EffortsCard';
import { editOf, useSaveAi } from './useAi';

const KINDS = ['openai', 'bedrock', 'compatible'] as const;

type Values = {
  name: string;
  kind: AiProvider['kind'];
  base_url: string;
  region: string;
  models: Record<Effort, string>;
  enabled: boolean;
  input_price: number | string;
  output_price: number | string;
};

const EMPTY: Values = {
  name: '',
  kind: 'openai',
  base_url: '',
  region: '',
  models: { light: '', standard: '', strong: '' },
  enabled: true,
  input_price: '',
  output_price: '',
};

const shown = (provider: AiProvider | undefined): Values =>
  provider
    ? {
        ...provider,
        models: { ...EMPTY.models, ...provider.models },
        input_price: provider.input_price ?? '',
        output_price: provider.output_price ?? '',
      }
    : EMPTY;

const sent = (values: Values) => ({
  ...values,
  name: values.name.trim(),
  base_url: values.base_url.trim(),
  region: values.kind === 'bedrock' ? values.region.trim() : '',
  models: Object.fromEntries(EFFORTS.flatMap((effort) => (values.models[effort].trim() ? [[effort, values.models[effort].trim()]] : []))),
  input_price: values.input_price === '' ? null : Number(values.input_price),
  output_price: values.output_price === '' ? null : Number(values.output_price),
});

type Props = { settings: AiSettings; at: number | undefined; onClose: () => void };

/** Sets up a provider or changes one: its protocol, where it is, and its model for each effort. */
export function ProviderDialog({ settings, at, onClose }: Props) {
  const { t } = useTranslation();
  const form = useForm<Values>({
    initialValues: shown(at === undefined ? undefined : settings.providers[at]),
    validate: { name: (value) => (value.trim() ? null : t('ai.nameMissing')) },
  });
  const save = useSaveAi();
  const place = at ?? settings.providers.length;
  const submit = (values: Values) => {
    const providers = [...editOf(settings).providers];
    providers[place] = sent(values);
    save.mutate(
      { settings, patch: { providers } },
      {
        onSuccess: onClose,
        onError: (error) => {
          if (!(error instanceof ApiError)) return;
          const own = `providers.${place}.`;
          for (const [name, reason] of Object.entries(error.fields))
            if (name.startsWith(own)) form.setFieldError(name.slice(own.length), reason);
        },
      },
    );
  };
  const { kind } = form.values;
  return (
    <Dialog opened onClose={onClose} title={t(at === undefined ? 'ai.add' : 'ai.change')} size="lg">
      <form onSubmit={form.onSubmit(submit)} noValidate>
        <Stack gap="sm">
          {save.error && (
            <Alert color="red" role="alert">
              {save.error.message}
            </Alert>
          )}
          <SegmentedControl
            aria-label={t('ai.protocol')}
            data={KINDS.map((value) => ({ value, label: t(`ai.kind.${value}`) }))}
            {...form.getInputProps('kind')}
          />
          <Text size="sm" c="dimmed">
            {t(`ai.kindHelp.${kind}`)}
          </Text>
          <TextInput
            data-autofocus
            label={t('ai.name')}
            description={t('ai.nameHelp')}
            required
            disabled={at !== undefined}
            {...form.getInputProps('name')}
          />
          {kind === 'bedrock' && <TextInput label={t('ai.region')} placeholder={t('ai.regionHint')} {...form.getInputProps('region')} />}
          {kind !== 'bedrock' && (
            <TextInput
              label={t('ai.address')}
              description={t(kind === 'openai' ? 'ai.addressHelp' : 'ai.serverHelp')}
              placeholder={kind === 'compatible' ? 'http://127.0.0.1:11434/v1' : ''}
              required={kind === 'compatible'}
              {...form.getInputProps('base_url')}
            />
          )}
          <Group grow align="flex-start">
            {EFFORTS.map((effort) => (
              <TextInput key={effort} label={t(`ai.modelFor.${effort}`)} {...form.getInputProps(`models.${effort}`)} />
            ))}
          </Group>
          {form.errors.models && (
            <Text size="sm" c="red" role="alert">
              {form.errors.models}
            </Text>
          )}
          <Group grow align="flex-start">
            <NumberInput
              label={t('ai.inputPrice')}
              description={t('ai.priceHelp')}
              min={0}
              decimalScale={4}
              {...form.getInputProps('input_price')}
            />
            <NumberInput
              label={t('ai.outputPrice')}
              description={t('ai.priceHelp')}
              min={0}
              decimalScale={4}
              {...form.getInputProps('output_price')}
            />
          </Group>
          <Switch label={t('ai.enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
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
