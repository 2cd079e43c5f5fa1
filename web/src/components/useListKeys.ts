import { type RefObject, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Command, usePageCommands } from '@/lib/commands';

const ROW = '[data-row]';

/** The link or button that opens a row: the row itself, or the first one in it. */
const openerOf = (row: Element | undefined): HTMLElement | null =>
  row instanceof HTMLElement && row.matches('a, button') ? row : (row?.querySelector<HTMLElement>('a, button') ?? null);

function step(list: HTMLElement | null, by: 1 | -1): void {
  const rows = [...(list?.querySelectorAll(ROW) ?? [])];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
  const opener = openerOf(rows[next]);
  opener?.focus();
  opener?.scrollIntoView({ block: 'nearest' });
}

type Options = { /** Whether the list has a field that filters it. */ filtered?: boolean };
type Keys<List, Filter> = { list: RefObject<List | null>; filter: RefObject<Filter | null> };

/**
 * Keys of a list: `j` and `k` step through its rows, `/` goes to its filter; Enter opens the row that has the focus.
 * Rows carry `data-row`; each holds a link or a button that opens it.
 */
export function useListKeys<List extends HTMLElement = HTMLDivElement, Filter extends HTMLElement = HTMLInputElement>({
  filtered = true,
}: Options = {}): Keys<List, Filter> {
  const { t } = useTranslation();
  const list = useRef<List>(null);
  const filter = useRef<Filter>(null);
  const commands = useMemo(
    (): Command[] => [
      { id: 'row-next', label: t('commands.rowNext'), group: 'page', keys: 'j', run: () => step(list.current, 1) },
      { id: 'row-previous', label: t('commands.rowPrevious'), group: 'page', keys: 'k', run: () => step(list.current, -1) },
      { id: 'filter', label: t('commands.filter'), group: 'page', keys: '/', allowed: filtered, run: () => filter.current?.focus() },
    ],
    [t, filtered],
  );
  usePageCommands(commands);
  return { list, filter };
}
