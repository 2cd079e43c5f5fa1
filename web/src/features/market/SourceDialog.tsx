import { Alert, Button, Group, List, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/errors';
import { listSuggestedSourcesOptions } from '@/api/generated/@tanstack/react-query.gen';
import { Dialog } from '@/components/Dialog';
import { formatAgo } from '@/lib/format';
import { Refusal } from './Refusal';
import { SecretNotice } from './SecretNotice';
import { useSources } from './useSources';

const KINDS = ['feed', 'webhook'] as const;
const TRUSTS = ['published', 'unverified', 'own'] as const;

type Values = {
  kind: (typeof KINDS)[number];
  name: string;
  url: string;
  trust: (typeof TRUSTS)[number];
  every_minutes: number;
  region: string;
};
const EMPTY: Values = { kind: 'feed', name: '', url: '', trust: 'published', every_minutes: 60, region: '' };

/** Adds a source: the feed is looked at before it is kept, and read at once. */
export function SourceDialog({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
  const { t } = useTranslation();
  const { preview, create, fetch } = useSources();
  const [looked, setLooked] = useState('');
  const form = useForm<Values>({
    initialValues: EMPTY,
    validate: {
      name: (value, { kind }) => (kind === 'feed' || value.trim() ? null : t('market.nameMissing')),
      url: (value, { kind }) => (kind === 'webhook' || value.trim() ? null : t('market.urlMissing')),
    },
  });
  const suggested = useQuery({ ...listSuggestedSourcesOptions(), throwOnError: false });
  const { kind } = form.values;
  const found = kind === 'feed' && looked === form.values.url.trim() ? preview.data : undefined;
  const failed = [preview.error, create.error].find((error) => error instanceof ApiError);

  const look = (url: string) =>
    preview.mutate(url, {
      onSuccess: (answer) => {
        setLooked(url);
        if (!form.values.name.trim()) form.setFieldValue('name', answer.title);
      },
      onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
    });
  const submit = form.onSubmit((values) => {
    const url = values.url.trim();
    if (values.kind === 'feed' && !(found && !found.problem)) return look(url);
    return create.mutate(
      {
        kind: values.kind,
        name: values.name.trim() || (found?.title ?? url),
        trust: values.trust,
        every_minutes: values.every_minutes,
        region: values.region.trim(),
        ...(values.kind === 'feed' && { url: found?.feed_url || url }),
      },
      {
        onSuccess: (source) => {
          onAdded();
          if (source.kind === 'webhook') return;
          fetch.mutate(source.id);
          onClose();
        },
        onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
      },
    );
  });

  if (create.data?.kind === 'webhook')
    return (
      <Dialog opened onClose={onClose} title={t('market.addSource')}>
        <SecretNotice source={create.data} />
        <Group justify="flex-end" mt="md">
          <Button onClick={onClose}>{t('common.close')}</Button>
        </Group>
      </Dialog>
    );
  return (
    <Dialog opened onClose={onClose} title={t('market.addSource')} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <SegmentedControl
            aria-label={t('market.kind')}
            data={KINDS.map((value) => ({ value, label: t(`market.sourceKind.${value}`) }))}
            {...form.getInputProps('kind')}
          />
          {failed instanceof ApiError && Object.keys(failed.fields).length === 0 && <Refusal error={failed} onFollow={onClose} />}
          {kind === 'feed' ? (
            <>
              <TextInput
                data-autofocus
                type="url"
                label={t('market.address')}
                description={t('market.addressHelp')}
                placeholder={t('common.addressHint')}
                {...form.getInputProps('url')}
              />
              {suggested.data && suggested.data.items.length > 0 && !found && (
                <Select
                  label={t('market.suggested')}
                  placeholder={t('market.suggestedPick')}
                  data={suggested.data.items.map((item) => ({ value: item.url, label: item.name }))}
                  value={null}
                  onChange={(url) => url && form.setFieldValue('url', url)}
                />
              )}
            </>
          ) : (
            <Text size="sm">{t('market.webhookText')}</Text>
          )}
          {found?.problem && (
            <Alert color="yellow" role="alert">
              {found.problem}
            </Alert>
          )}
          {found && !found.problem && (
            <section aria-label={t('market.previewTitle')}>
              <Text size="sm" fw={600}>
                {t('market.previewOf', { title: found.title, count: found.items.length })}
              </Text>
              <List size="sm">
                {found.items.slice(0, 5).map((item) => (
                  <List.Item key={item.url || item.title}>
                    {item.timestamp ? t('market.previewItem', { title: item.title, ago: formatAgo(item.timestamp) }) : item.title}
                  </List.Item>
                ))}
              </List>
            </section>
          )}
          {(kind === 'webhook' || found) && (
            <>
              <TextInput label={t('market.name')} {...form.getInputProps('name')} />
              <Group grow align="flex-start">
                <Select
                  label={t('market.trustOf')}
                  data={TRUSTS.map((value) => ({ value, label: t(`market.trust.${value}`) }))}
                  {...form.getInputProps('trust')}
                />
                {kind === 'feed' && (
                  <NumberInput label={t('market.every')} min={15} max={10_080} step={15} {...form.getInputProps('every_minutes')} />
                )}
              </Group>
              <TextInput label={t('market.region')} description={t('market.regionHelp')} {...form.getInputProps('region')} />
            </>
          )}
        </Stack>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={preview.isPending || create.isPending}>
            {t(kind === 'webhook' || (found && !found.problem) ? 'market.addIt' : 'market.look')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
