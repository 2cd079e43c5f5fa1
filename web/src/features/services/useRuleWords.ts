import { useTranslation } from 'react-i18next';
import type { SegmentField, SegmentRule } from '@/api/generated/types.gen';

/** Says a rule as a sentence: "Employees: at least 50", "Customer since: more than 730 days ago". */
export function useRuleWords(fields: readonly SegmentField[]) {
  const { t } = useTranslation();
  return ({ field, op, value: compared }: SegmentRule): string => {
    const label = fields.find((known) => known.field === field)?.label ?? field;
    const value = Array.isArray(compared) ? compared.join(', ') : String(compared ?? '');
    return op === 'within_days' || op === 'older_than_days'
      ? t(`segments.ruleDays.${op}`, { field: label, value })
      : t('segments.ruleWords', { field: label, op: t(`segments.op.${op}`), value }).trim();
  };
}
