import type { GroupInput } from '@/api/generated/types.gen';
import { moneyOf } from './inputs';

/** A group while it is edited; limits in currency units, or in percent of the total. */
export type GroupDraft = {
  id: number;
  name: string;
  channels: string[];
  unit: 'amount' | 'share';
  minimum: number | string;
  maximum: number | string;
};

type Problem = { field: 'name' | 'channels' | 'limits'; kind: 'noName' | 'twice' | 'noChannels' | 'noLimit' | 'crossed' };

export const emptyDraft = (id: number): GroupDraft => ({ id, name: '', channels: [], unit: 'amount', minimum: '', maximum: '' });

/** A percentage without what binary fractions add to it. */
const percent = (share: number | null | undefined) => (typeof share === 'number' ? Number((share * 100).toFixed(6)) : undefined);

export function draftOf({ name, channels, minimum, maximum, minimum_share, maximum_share }: GroupInput, id: number): GroupDraft {
  const byShare = typeof minimum_share === 'number' || typeof maximum_share === 'number';
  return {
    id,
    name,
    channels,
    unit: byShare ? 'share' : 'amount',
    minimum: (byShare ? percent(minimum_share) : minimum && Number(minimum.amount)) ?? '',
    maximum: (byShare ? percent(maximum_share) : maximum && Number(maximum.amount)) ?? '',
  };
}

/** The group as the API takes it. */
export function groupOf({ name, channels, unit, minimum, maximum }: GroupDraft, currency: string): GroupInput {
  const money = (value: number | string) => (value === '' ? null : moneyOf(Number(value), currency));
  const share = (value: number | string) => (value === '' ? null : Number(value) / 100);
  const byShare = unit === 'share';
  return {
    name: name.trim(),
    channels,
    minimum: byShare ? null : money(minimum),
    maximum: byShare ? null : money(maximum),
    minimum_share: byShare ? share(minimum) : null,
    maximum_share: byShare ? share(maximum) : null,
  };
}

/** The first thing that keeps a group from being used; `names`: those of all groups. */
export function problemOf(draft: GroupDraft, names: readonly string[]): Problem | undefined {
  const name = draft.name.trim();
  if (!name) return { field: 'name', kind: 'noName' };
  if (names.filter((each) => each === name).length > 1) return { field: 'name', kind: 'twice' };
  if (draft.channels.length === 0) return { field: 'channels', kind: 'noChannels' };
  if (draft.minimum === '' && draft.maximum === '') return { field: 'limits', kind: 'noLimit' };
  if (draft.minimum !== '' && draft.maximum !== '' && Number(draft.minimum) > Number(draft.maximum))
    return { field: 'limits', kind: 'crossed' };
  return undefined;
}
