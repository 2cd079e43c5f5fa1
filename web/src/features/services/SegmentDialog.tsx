import { Alert, Button, Group, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { once, unchanged } from '@/api/client';
import { ApiError } from '@/api/errors';
import { listSegmentFieldsOptions, listSegmentsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { countSegment, createSegment, editSegment } from '@/api/generated/sdk.gen';
import type { Segment, SegmentRule } from '@/api/generated/types.gen';
import { Dialog } from '@/components/Dialog';
import { formatNumber, formatPercent } from '@/lib/format';
import { isWhole, RuleRow } from './RuleRow';

type Values = { name: string; description: string; automatic: boolean; rules: SegmentRule[] };
type Props = { segment: Segment | undefined; brandId: string; onClose: () => void };

/** A segment's name and rules; how many customers they find is counted while one writes them. */
export function SegmentDialog({ segment, brandId, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const form = useForm<Values>({
    initialValues: {
      name: segment?.name ?? '',
      description: segment?.description ?? '',
      automatic: segment ? segment.automatic : true,
      rules: segment?.rules ?? [],
    },
    validate: { name: (value) => (value.trim() ? null : t('segments.nameMissing')) },
  });
  const { rules, automatic } = form.values;
  const fields = useQuery({ ...listSegmentFieldsOptions(), throwOnError: false });
  const first = fields.data?.items[0];
  const [settled] = useDebouncedValue(rules, 300);
  const count = useQuery({
    queryKey: ['segments', 'count', brandId, settled],
    queryFn: async ({ signal }) => (await countSegment({ body: { brand_id: brandId, rules: settled }, signal })).data,
    enabled: automatic && settled.length > 0 && settled.every(isWhole),
    placeholderData: keepPreviousData,
    retry: false,
    throwOnError: false,
  });
  const save = useMutation({
    mutationFn: ({ name, description }: Values) => {
      const body = { name: name.trim(), description: description.trim(), rules: automatic ? rules : [] };
      return segment
        ? editSegment({ path: { segment_id: segment.id }, body, headers: unchanged(segment.version) })
        : createSegment({ body: { ...body, brand_id: brandId }, headers: once() });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: listSegmentsQueryKey() });
      onClose();
    },
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
    meta: { quiet: true },
  });
  const failed = [save.error, count.error].find((error) => error instanceof ApiError);
  const put = (at: number, rule: SegmentRule) => form.setFieldValue('rules', rules.with(at, rule));
  return (
    <Dialog opened onClose={onClose} title={t(segment ? 'segments.edit' : 'segments.add')} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack gap="sm">
          {failed && (
            <Alert color="red" role="alert">
              {[failed.message, ...Object.values(failed.fields)].join(' ')}
            </Alert>
          )}
          <TextInput data-autofocus required label={t('segments.name')} {...form.getInputProps('name')} />
          <Textarea autosize minRows={1} label={t('segments.description')} {...form.getInputProps('description')} />
          <Switch
            label={t('segments.byRules')}
            description={t('segments.byRulesHelp')}
            {...form.getInputProps('automatic', { type: 'checkbox' })}
          />
          {automatic && (
            <>
              {rules.map((rule, at) => (
                <RuleRow
                  // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no name of its own, and they are never moved
                  key={at}
                  rule={rule}
                  position={at + 1}
                  fields={fields.data?.items ?? []}
                  onChange={(next) => put(at, next)}
                  onRemove={() => form.removeListItem('rules', at)}
                />
              ))}
              <Group justify="space-between">
                <Button
                  size="compact-sm"
                  variant="default"
                  leftSection={<Plus size={14} aria-hidden />}
                  disabled={!first}
                  onClick={() => first && form.insertListItem('rules', { field: first.field, op: first.ops[0] ?? 'is', value: '' })}
                >
                  {t('segments.addRule')}
                </Button>
                <Text size="sm" role="status">
                  {count.data &&
                    rules.length > 0 &&
                    t('segments.found', {
                      count: count.data.customers,
                      number: formatNumber(count.data.customers),
                      of: formatNumber(count.data.of),
                      share: formatPercent(count.data.value_share),
                    })}
                </Text>
              </Group>
            </>
          )}
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
