import { useTranslation } from 'react-i18next';
import type { SegmentField, SegmentRule } from '@/api/generated/types.gen';

/** Says a rule as a sentence: "Employees: at least 50". */
export function useRuleWords(fields: readonly SegmentField[]) {
  const { t } = useTranslation();
  return ({ field, op, value }: SegmentRule): string =>
    t('segments.ruleWords', {
      field: fields.find((known) => known.field === field)?.label ?? field,
      op: t(`segments.op.${op}`),
      value: Array.isArray(value) ? value.join(', ') : String(value ?? ''),
    }).trim();
}
