import type { ConnectionField } from '@/api/generated/types.gen';
import type { CrmObject } from './useConnections';

/** What one of our fields can be filled from; several of theirs that make it up together now are a choice, too. */
export function fieldChoices(fields: readonly ConnectionField[], object: CrmObject, now: string | undefined) {
  const choices = fields.filter((each) => each.object === object).map(({ name, label }) => ({ value: name, label }));
  if (!now || choices.some(({ value }) => value === now)) return choices;
  const parts = now.split(' ').map((name) => choices.find(({ value }) => value === name)?.label ?? name);
  return [{ value: now, label: parts.join(' + ') }, ...choices];
}
