import { ActionIcon, Group, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SegmentField, SegmentRule } from '@/api/generated/types.gen';

const WITHOUT_VALUE = new Set(['is_empty', 'is_not_empty']);

/** Whether a rule says with what it compares; one that does not finds nobody yet. */
export const isWhole = ({ op, value }: SegmentRule): boolean =>
  WITHOUT_VALUE.has(op) || (Array.isArray(value) ? value.length > 0 : value !== '' && value !== null && value !== undefined);
const WITH_MANY = new Set(['is', 'is_not']);
const IN_DAYS = new Set(['within_days', 'older_than_days']);

type Props = {
  rule: SegmentRule;
  position: number;
  fields: readonly SegmentField[];
  onChange: (rule: SegmentRule) => void;
  onRemove: () => void;
};

/** One rule: a field, how it is compared, and with what. */
export function RuleRow({ rule, position, fields, onChange, onRemove }: Props) {
  const { t } = useTranslation();
  const field = fields.find((known) => known.field === rule.field);
  const pick = (name: string | null) => {
    const next = fields.find((known) => known.field === name);
    if (next) onChange({ field: next.field, op: next.ops[0] ?? 'is', value: '' });
  };
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start" role="group" aria-label={t('segments.rule', { position })}>
      <Select
        aria-label={t('segments.field')}
        searchable
        flex={1}
        data={fields.map((known) => ({ value: known.field, label: known.label }))}
        value={rule.field}
        onChange={pick}
      />
      <Select
        aria-label={t('segments.compare')}
        w={150}
        data={(field?.ops ?? [rule.op]).map((op) => ({ value: op, label: t(`segments.op.${op}`) }))}
        value={rule.op}
        onChange={(op) => op && onChange({ ...rule, op: op as SegmentRule['op'], value: '' })}
      />
      <ValueInput rule={rule} field={field} onChange={(value) => onChange({ ...rule, value })} />
      <ActionIcon variant="subtle" color="gray" size="lg" onClick={onRemove} aria-label={t('segments.removeRule', { position })}>
        <X size={16} />
      </ActionIcon>
    </Group>
  );
}

type ValueProps = { rule: SegmentRule; field: SegmentField | undefined; onChange: (value: SegmentRule['value']) => void };

function ValueInput({ rule: { op, value }, field, onChange }: ValueProps) {
  const { t } = useTranslation();
  const label = t('segments.value');
  if (WITHOUT_VALUE.has(op)) return null;
  if (field?.kind === 'number' || field?.kind === 'money' || IN_DAYS.has(op))
    return (
      <NumberInput
        aria-label={label}
        flex={1}
        thousandSeparator=","
        value={Array.isArray(value) ? '' : (value ?? '')}
        onChange={onChange}
      />
    );
  if (field?.kind === 'day')
    return (
      <TextInput
        type="date"
        aria-label={label}
        flex={1}
        value={String(value ?? '')}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  if (WITH_MANY.has(op))
    return (
      <TagsInput
        aria-label={label}
        flex={1}
        data={field?.values ?? []}
        value={Array.isArray(value) ? value.map(String) : value ? [String(value)] : []}
        onChange={onChange}
      />
    );
  return <TextInput aria-label={label} flex={1} value={String(value ?? '')} onChange={(event) => onChange(event.currentTarget.value)} />;
}
