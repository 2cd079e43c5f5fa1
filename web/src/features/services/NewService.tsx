import { Alert, Group } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrand } from '@/api/brands';
import { once } from '@/api/client';
import { ApiError } from '@/api/errors';
import { listServicesQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { createService } from '@/api/generated/sdk.gen';
import { useCan } from '@/api/me';
import { BrandSelect } from '@/components/BrandSelect';
import { SaveButton } from '@/components/SaveButton';
import { useUnsaved } from '@/lib/unsaved';
import { ServiceFields } from './ServiceFields';
import { NO_SERVICE, placed, type ServiceValues, serviceOf } from './serviceForm';

/** A service to be written. */
export function NewService({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const [chosen, setChosen] = useState<string>();
  const { brands, brand } = useBrand(chosen);
  const currency = brand?.currency ?? 'EUR';
  const form = useForm<ServiceValues>({
    initialValues: NO_SERVICE,
    validate: { name: (value) => (value.trim() ? null : t('services.nameMissing')) },
  });
  useUnsaved(form.isDirty());
  const save = useMutation({
    mutationFn: (values: ServiceValues) =>
      createService({ body: { ...serviceOf(values, currency), brand_id: brand?.id ?? '' }, headers: once() }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: listServicesQueryKey() });
      onClose();
    },
    onError: (error) => error instanceof ApiError && form.setErrors(placed(error.fields)),
    meta: { quiet: true },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      {save.error && (
        <Alert color="red" role="alert" mb="sm">
          {save.error.message}
        </Alert>
      )}
      <BrandSelect brands={brands} value={brand?.id} onChange={setChosen} />
      <ServiceFields form={form} currency={currency} />
      <Group justify="flex-end" mt="md">
        <SaveButton idle={!mayPlan || !form.isDirty()} busy={save.isPending}>
          {t('common.save')}
        </SaveButton>
      </Group>
    </form>
  );
}
