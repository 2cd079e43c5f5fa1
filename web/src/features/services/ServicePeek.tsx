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
import { ConflictDialog } from '@/components/ConflictDialog';
import { DocumentList } from '@/features/documents/DocumentList';
import { differences } from '@/lib/merge';
import { labelOf, ServiceFields } from './ServiceFields';
import { fieldsOf, NO_SERVICE, placed, type ServiceValues, serviceOf, valuesOf } from './serviceForm';

/** A service beside the list: its facts, to be edited in place, and its documents. `id` is "new" for one to be written. */
export function ServicePeek({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const isNew = id === 'new';
  const query = useQuery({ ...getServiceOptions({ path: { service_id: id } }), enabled: !isNew, throwOnError: false });
  // While somebody writes, what they began with stays: a newer version must not take their words away.
  const [begun, setBegun] = useState<Service>();
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
          {(service) => {
            const shown = begun?.id === service.id ? begun : service;
            return (
              <Stack gap="xl">
                <Editor key={`${shown.id}-${shown.version}`} service={shown} onBegin={setBegun} onClose={onClose} />
                <DocumentList serviceId={service.id} brandId={service.brand_id} />
              </Stack>
            );
          }}
        </Async>
      )}
    </Drawer>
  );
}

type EditorProps = { service?: Service; onBegin?: (service: Service | undefined) => void; onClose: () => void };
type Edit = { values: ServiceValues; version?: number };

function Editor({ service, onBegin, onClose }: EditorProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const form = useForm({
    initialValues: service ? valuesOf(service) : NO_SERVICE,
    onValuesChange: () => onBegin?.(service),
    validate: { name: (value) => (value.trim() ? null : t('services.nameMissing')) },
  });
  const [chosen, setChosen] = useState(service?.brand_id);
  const { brands, brand } = useBrand(chosen);
  const currency = brand?.currency ?? 'EUR';
  const refresh = () => client.invalidateQueries({ queryKey: listServicesQueryKey() });
  const save = useMutation({
    mutationFn: async ({ values, version = service?.version ?? 0 }: Edit) => {
      const body = serviceOf(values, currency);
      if (service) return (await editService({ path: { service_id: service.id }, body, headers: unchanged(version) })).data;
      return (await createService({ body: { ...body, brand_id: brand?.id ?? '' }, headers: once() })).data;
    },
    onSuccess: async (saved) => {
      client.setQueryData(getServiceOptions({ path: { service_id: saved.id } }).queryKey, saved);
      onBegin?.(undefined);
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
  const now = save.error instanceof ApiError && save.error.status === 412 ? currentOf(save.error.details) : undefined;
  const failed = [now ? null : save.error, remove.error].find((error) => error instanceof ApiError);
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate({ values }))} noValidate>
      {failed && (
        <Alert color="red" role="alert" mb="sm">
          {failed.message}
        </Alert>
      )}
      {service && now && (
        <ConflictDialog
          differences={differences(fieldsOf(valuesOf(service)), fieldsOf(form.values), fieldsOf(valuesOf(now)))}
          label={(field) => labelOf(t, field, currency)}
          saving={save.isPending}
          onSave={(result) => save.mutate({ values: { ...valuesOf(now), ...result }, version: now.version })}
          onClose={save.reset}
        />
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

/** The service as it is saved now, from what the server says of a refused edit. */
const currentOf = (details: unknown): Service | undefined =>
  typeof details === 'object' && details !== null && 'current' in details ? (details.current as Service) : undefined;
