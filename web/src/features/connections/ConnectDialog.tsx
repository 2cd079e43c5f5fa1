import { Alert, Button, Group, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useBrand } from '@/api/brands';
import { ApiError } from '@/api/errors';
import { BrandSelect } from '@/components/BrandSelect';
import { Dialog } from '@/components/Dialog';
import { useCreateConnection } from './useConnections';

const KINDS = ['hubspot', 'salesforce'] as const;
type Values = { kind: (typeof KINDS)[number]; name: string; brand: string | undefined; every_minutes: number };

/** The first step of connecting: which system, for which brand, how often. Signing in follows on its page. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useCreateConnection();
  const form = useForm<Values>({ initialValues: { kind: 'hubspot', name: '', brand: undefined, every_minutes: 60 } });
  const { brands, brand } = useBrand(form.values.brand);
  const { kind } = form.values;
  const submit = form.onSubmit(({ name, every_minutes }) =>
    create.mutate(
      { kind, name: name.trim() || t(`connections.kind.${kind}`), brand_id: brand?.id ?? '', every_minutes },
      {
        onSuccess: ({ id }) => void navigate(`/connections/${id}`),
        onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
      },
    ),
  );
  return (
    <Dialog opened onClose={onClose} title={t('connections.connect')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          {create.error && (
            <Alert color="red" role="alert">
              {create.error.message}
            </Alert>
          )}
          <SegmentedControl
            aria-label={t('connections.system')}
            data={KINDS.map((value) => ({ value, label: t(`connections.kind.${value}`) }))}
            {...form.getInputProps('kind')}
          />
          <TextInput label={t('connections.name')} placeholder={t(`connections.kind.${kind}`)} {...form.getInputProps('name')} />
          <BrandSelect brands={brands} value={brand?.id} onChange={(id) => form.setFieldValue('brand', id)} />
          {!brand && <Text size="sm">{t('imports.noBrand')}</Text>}
          <NumberInput label={t('connections.every')} min={15} max={10_080} step={15} {...form.getInputProps('every_minutes')} />
        </Stack>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!brand} loading={create.isPending}>
            {t('connections.goOn')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
