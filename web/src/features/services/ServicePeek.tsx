import { Alert, Button, Drawer, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrand } from '@/api/brands';
import { once, unchanged } from '@/api/client';
import { ApiError } from '@/api/errors';
import { getServiceOptions, listServicesQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { createService, deleteService, editService } from '@/api/generated/sdk.gen';
import type { Service } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { BrandSelect } from '@/components/BrandSelect';
import { DocumentList } from '@/features/documents/DocumentList';
import { ServiceFields } from './ServiceFields';
import { NO_SERVICE, placed, serviceOf, valuesOf } from './serviceForm';

/** A service beside the list: its facts, to be edited in place, and its documents. `id` is "new" for one to be written. */
export function ServicePeek({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const isNew = id === 'new';
  const query = useQuery({ ...getServiceOptions({ path: { service_id: id } }), enabled: !isNew, throwOnError: false });
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={520}
      title={isNew ? t('services.add') : (query.data?.name ?? '')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      attributes={{ header: { role: 'presentation' } }}
      transitionProps={{ duration: 120 }}
    >
      {isNew ? (
        <Editor onClose={onClose} />
      ) : (
        <Async query={query} what={t('services.one')} rows={6}>
          {(service) => (
            <Stack gap="xl">
              <Editor key={service.version} service={service} onClose={onClose} />
              <DocumentList serviceId={service.id} brandId={service.brand_id} />
            </Stack>
          )}
        </Async>
      )}
    </Drawer>
  );
}

function Editor({ service, onClose }: { service?: Service; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const form = useForm({
    initialValues: service ? valuesOf(service) : NO_SERVICE,
    validate: { name: (value) => (value.trim() ? null : t('services.nameMissing')) },
  });
  const [chosen, setChosen] = useState(service?.brand_id);
  const { brands, brand } = useBrand(chosen);
  const currency = brand?.currency ?? 'EUR';
  const refresh = () => client.invalidateQueries({ queryKey: listServicesQueryKey() });
  const save = useMutation({
    mutationFn: async () => {
      const body = serviceOf(form.values, currency);
      if (service) return (await editService({ path: { service_id: service.id }, body, headers: unchanged(service.version) })).data;
      return (await createService({ body: { ...body, brand_id: brand?.id ?? '' }, headers: once() })).data;
    },
    onSuccess: async (saved) => {
      client.setQueryData(getServiceOptions({ path: { service_id: saved.id } }).queryKey, saved);
      await refresh();
      if (!service) onClose();
    },
    onError: (error) => error instanceof ApiError && form.setErrors(placed(error.fields)),
    meta: { quiet: true },
  });
  const remove = useMutation({
    mutationFn: async () => service && deleteService({ path: { service_id: service.id } }),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
    meta: { quiet: true },
  });
  const failed = [save.error, remove.error].find((error) => error instanceof ApiError);
  return (
    <form onSubmit={form.onSubmit(() => save.mutate())} noValidate>
      {failed && (
        <Alert color="red" role="alert" mb="sm">
          {failed.message}
        </Alert>
      )}
      {!service && <BrandSelect brands={brands} value={brand?.id} onChange={setChosen} />}
      <ServiceFields form={form} currency={currency} />
      <Group justify="space-between" mt="md">
        {service ? (
          <Button variant="subtle" color="red" disabled={!mayPlan} loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('common.delete')}
          </Button>
        ) : (
          <span />
        )}
        <Button type="submit" disabled={!mayPlan || !form.isDirty()} loading={save.isPending}>
          {t('common.save')}
        </Button>
      </Group>
    </form>
  );
}
