import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrand } from '@/api/brands';
import { once } from '@/api/client';
import { ApiError } from '@/api/errors';
import { listServicesQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { createService, draftService } from '@/api/generated/sdk.gen';
import type { ServiceDraft } from '@/api/generated/types.gen';
import { BrandSelect } from '@/components/BrandSelect';
import { Dialog } from '@/components/Dialog';
import { useCloseGuard } from '@/components/useCloseGuard';
import { useUnsaved } from '@/lib/unsaved';
import { type Origin, type Origins, ServiceFields } from './ServiceFields';
import { NO_SERVICE, placed, type ServiceValues, serviceOf } from './serviceForm';

/** A draft in the form's terms, and where each field was read; benefits and proofs are several. */
function readDraft(draft: ServiceDraft): { values: ServiceValues; origins: Origins } {
  const values = { ...NO_SERVICE };
  const origins = new Map<string, Origin[]>();
  for (const { field, value, quote, quote_url } of draft.fields) {
    values[field] = Array.isArray(value) ? [values[field], ...value].filter(Boolean).join('\n') : value;
    origins.set(field, [...(origins.get(field) ?? []), { quote, url: quote_url }]);
  }
  return { values, origins };
}

type Props = { onClose: () => void; onSaved: (serviceId: string) => void };

/** Drafts a service from a site of one's own: nothing is kept until a person has looked at every field and its source. */
export function DraftDialog({ onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [url, setUrl] = useState('');
  const [chosen, setChosen] = useState<string>();
  const { brands, brand } = useBrand(chosen);
  const form = useForm<ServiceValues>({
    initialValues: NO_SERVICE,
    validate: { name: (value) => (value.trim() ? null : t('services.nameMissing')) },
  });
  const { close, question } = useCloseGuard(onClose);
  const [origins, setOrigins] = useState<Origins>();
  const read = useMutation({
    mutationFn: async () => (await draftService({ body: { url: url.trim(), brand_id: brand?.id ?? '' } })).data,
    onSuccess: (draft) => {
      if (draft.problem) return;
      const found = readDraft(draft);
      form.setValues(found.values);
      setOrigins(found.origins);
    },
    meta: { quiet: true },
  });
  useUnsaved(origins !== undefined);
  const save = useMutation({
    mutationFn: async () =>
      (await createService({ body: { ...serviceOf(form.values, brand?.currency ?? 'EUR'), brand_id: brand?.id ?? '' }, headers: once() }))
        .data,
    onSuccess: async (service) => {
      await client.invalidateQueries({ queryKey: listServicesQueryKey() });
      onClose();
      onSaved(service.id);
    },
    onError: (error) => error instanceof ApiError && form.setErrors(placed(error.fields)),
    meta: { quiet: true },
  });
  const readFailed = read.error instanceof ApiError ? read.error : undefined;
  const failed =
    (save.error instanceof ApiError ? save.error.message : '') || (readFailed && !readFailed.fields.url ? readFailed.message : '');
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (origins) form.onSubmit(() => save.mutate())(event as FormEvent<HTMLFormElement>);
    else read.mutate();
  };
  return (
    <Dialog opened onClose={close} title={t('services.readSite')} size="lg">
      <form onSubmit={send} noValidate>
        <Stack gap="sm">
          <Text size="sm">{t(origins ? 'services.draftCheck' : 'services.draftText')}</Text>
          {(failed || read.data?.problem) && (
            <Alert color={failed ? 'red' : 'yellow'} role="alert">
              {failed || read.data?.problem}
            </Alert>
          )}
          {origins ? (
            <ServiceFields form={form} currency={brand?.currency ?? 'EUR'} origins={origins} />
          ) : (
            <>
              <BrandSelect brands={brands} value={brand?.id} onChange={setChosen} />
              <TextInput
                data-autofocus
                type="url"
                label={t('services.site')}
                placeholder={t('common.addressHint')}
                value={url}
                error={readFailed?.fields.url}
                onChange={(event) => setUrl(event.currentTarget.value)}
              />
            </>
          )}
        </Stack>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!url.trim() || !brand} loading={read.isPending || save.isPending}>
            {t(origins ? 'services.keep' : 'services.readIt')}
          </Button>
        </Group>
      </form>
      {question}
    </Dialog>
  );
}
