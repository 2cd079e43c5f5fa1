import { Alert, Button, Group, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { once, unchanged } from '@/api/client';
import { ApiError, currentOf, inFull } from '@/api/errors';
import { listSegmentFieldsOptions, listSegmentsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { countSegment, createSegment, editSegment } from '@/api/generated/sdk.gen';
import type { Segment, SegmentRule } from '@/api/generated/types.gen';
import { onNewest } from '@/api/newest';
import { Dialog } from '@/components/Dialog';
import { FormConflict } from '@/components/FormConflict';
import { useCloseGuard } from '@/components/useCloseGuard';
import { formatNumber, formatPercent } from '@/lib/format';
import { useRecordForm } from '@/lib/useRecordForm';
import { isWhole, RuleRow } from './RuleRow';
import { useRuleWords } from './useRuleWords';

type Values = { name: string; description: string; automatic: boolean; rules: SegmentRule[] };
type Kept = Values & { version: number };

const NEW: Kept = { name: '', description: '', automatic: true, rules: [], version: 0 };
const valuesOf = ({ name, description, automatic, rules }: Kept): Values => ({ name, description, automatic, rules });
/** Rules that count; an audience filled by hand has none. */
const ruling = ({ automatic, rules }: Values) => (automatic ? rules : []);

type Props = { segment: Segment | undefined; brandId: string; onClose: () => void };

/** A segment's name and rules; how many customers they find is counted while one writes them. */
export function SegmentDialog({ segment, brandId, onClose }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { form, base, settle } = useRecordForm<Values, Kept>({
    record: segment ?? NEW,
    read: valuesOf,
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
    mutationFn: async ({ values, seen }: { values: Values; seen: Kept }) => {
      const body = { name: values.name.trim(), description: values.description.trim(), rules: ruling(values) };
      if (!segment) return createSegment({ body: { ...body, brand_id: brandId }, headers: once() });
      return onNewest(
        seen,
        (known) => [known.name, known.description, ruling(known)],
        ({ version }) => editSegment({ path: { segment_id: segment.id }, body, headers: unchanged(version) }),
      );
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: listSegmentsQueryKey() });
      onClose();
    },
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
    meta: { quiet: true },
  });
  const { close, question } = useCloseGuard(onClose);
  const failed = [save.error, count.error].find((error) => error instanceof ApiError);
  const inWords = useRuleWords(fields.data?.items ?? []);
  const fieldsOf = (known: Values) => ({
    name: known.name,
    description: known.description,
    rules: ruling(known).map(inWords).join('\n'),
  });
  /** The result of a conflict; rules are taken whole, as one of the two has them. */
  const keep = ({ rules: chosen, ...words }: Record<string, string>, now: Kept) => {
    const mine = chosen !== undefined && chosen === fieldsOf(form.values).rules;
    const { automatic: auto, rules: kept } = mine ? form.values : now;
    const values = { ...valuesOf(now), ...words, automatic: auto, rules: kept };
    settle(now, values);
    save.mutate({ values, seen: now });
  };
  const put = (at: number, rule: SegmentRule) => form.setFieldValue('rules', rules.with(at, rule));
  return (
    <Dialog opened onClose={close} title={t(segment ? 'segments.edit' : 'segments.add')} size="lg">
      <form onSubmit={form.onSubmit((values) => save.mutate({ values, seen: base }))} noValidate>
        <Stack gap="sm">
          {failed && (
            <Alert color="red" role="alert">
              {inFull(failed)}
            </Alert>
          )}
          <FormConflict
            now={currentOf<Kept>(save.error)}
            base={base}
            mine={fieldsOf(form.values)}
            fieldsOf={fieldsOf}
            label={(field) => t(field === 'rules' ? 'segments.byRules' : `segments.${field as 'name' | 'description'}`)}
            fixed={['rules']}
            saving={save.isPending}
            onSave={keep}
            onSame={onClose}
            onClose={save.reset}
          />
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
          <Button variant="default" onClick={close}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </form>
      {question}
    </Dialog>
  );
}
