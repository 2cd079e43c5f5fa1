import { Alert, Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useBrand } from '@/api/brands';
import { unchanged } from '@/api/client';
import { ApiError, currentOf } from '@/api/errors';
import { getServiceOptions, listServicesQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { deleteService, editService, listCampaigns } from '@/api/generated/sdk.gen';
import type { Service } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { FormConflict } from '@/components/FormConflict';
import { SaveButton } from '@/components/SaveButton';
import { useUndoableDelete } from '@/components/useUndoableDelete';
import { useRecordForm } from '@/lib/useRecordForm';
import { labelOf, ServiceFields } from './ServiceFields';
import { fieldsOf, placed, type ServiceValues, serviceOf, valuesOf } from './serviceForm';

type Edit = { values: ServiceValues; version: number };

/** The facts of a service, edited in place. */
export function ServiceEditor({ service, onClose }: { service: Service; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const { brand } = useBrand(service.brand_id);
  const currency = brand?.currency ?? 'EUR';
  const { form, base, dirty, follow, settle } = useRecordForm<ServiceValues, Service>({
    record: service,
    read: valuesOf,
    validate: { name: (value) => (value.trim() ? null : t('services.nameMissing')) },
  });
  const refresh = () => client.invalidateQueries({ queryKey: listServicesQueryKey() });
  const save = useMutation({
    mutationFn: async ({ values, version }: Edit) =>
      (await editService({ path: { service_id: service.id }, body: serviceOf(values, currency), headers: unchanged(version) })).data,
    onSuccess: async (saved, { values }) => {
      client.setQueryData(getServiceOptions({ path: { service_id: saved.id } }).queryKey, saved);
      follow(saved, values);
      await refresh();
    },
    onError: (error) => error instanceof ApiError && form.setErrors(placed(error.fields)),
    meta: { quiet: true },
  });
  const hide = useUndoableDelete(
    (id) => deleteService({ path: { service_id: id }, keepalive: true }),
    () => [listServicesQueryKey()],
  );
  const remove = useMutation({
    mutationFn: async () => {
      // The server refuses to delete what campaigns use; that is said at once, not when the time to undo is over.
      const used = await listCampaigns({ query: { service_id: service.id, limit: 1 } });
      if (used.data.total > 0) await deleteService({ path: { service_id: service.id } });
      else hide(service);
    },
    onSuccess: async () => {
      await refresh();
      onClose();
    },
    meta: { quiet: true },
  });
  const failed = save.error ?? remove.error;
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate({ values, version: base.version }))} noValidate>
      {failed && (
        <Alert color="red" role="alert" mb="sm">
          {failed.message}
        </Alert>
      )}
      <FormConflict
        now={currentOf<Service>(save.error)}
        base={base}
        mine={fieldsOf(form.values)}
        fieldsOf={(known) => fieldsOf(valuesOf(known))}
        label={(field) => labelOf(t, field, currency)}
        saving={save.isPending}
        onSave={(result, now) => {
          const values = { ...valuesOf(now), ...result };
          settle(now, values);
          save.mutate({ values, version: now.version });
        }}
        onSame={(now) => {
          follow(now);
          save.reset();
        }}
        onClose={save.reset}
      />
      <ServiceFields form={form} currency={currency} />
      <Group justify="space-between" mt="md">
        <Button variant="subtle" color="red" disabled={!mayPlan} loading={remove.isPending} onClick={() => remove.mutate()}>
          {t('common.delete')}
        </Button>
        <SaveButton idle={!mayPlan || !dirty} busy={save.isPending}>
          {t('common.save')}
        </SaveButton>
      </Group>
    </form>
  );
}
