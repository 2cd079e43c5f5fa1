import type { TFunction } from 'i18next';
import type { ModelRow } from '@/api/generated/types.gen';
import { formatInstant, formatPercent } from '@/lib/format';

export const STATE_COLOR: Record<ModelRow['state'], string> = {
  adopted: 'green',
  candidate: 'yellow',
  superseded: 'gray',
  rejected: 'red',
};

/** A share as a percentage, or a dash when it is not known. */
export const shareOr = (value: number | null, digits = 0): string => (value === null ? '–' : formatPercent(value, digits));

/** "Version 3 · fitted here on 2 Mar 2026, 150 weeks". */
export const versionFacts = (t: TFunction, row: Pick<ModelRow, 'source' | 'created_at' | 'weeks'>): string =>
  t('measurement.versionFacts', { source: t(`measurement.source.${row.source}`), on: formatInstant(row.created_at), count: row.weeks });
