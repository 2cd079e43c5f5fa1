import { useEffect, useEffectEvent } from 'react';
import { differences, type Fields } from '@/lib/merge';
import { ConflictDialog } from './ConflictDialog';

type Props<Kept> = {
  /** The record as it is now, when a save was refused because it is another one. */
  now: Kept | undefined;
  /** The record that the form began with. */
  base: Kept;
  /** What the form holds. */
  mine: Fields;
  /** A record as the form's text; undefined when it is no longer there. */
  fieldsOf: (record: Kept) => Fields | undefined;
  label: (field: string) => string;
  fixed?: readonly string[];
  saving: boolean;
  onSave: (result: Record<string, string>, now: Kept) => void;
  /** The other save was the same: nothing is left to be asked or saved. */
  onSame: (now: Kept) => void;
  onClose: () => void;
};

/** Asks what to keep when a save was refused because somebody else had saved the same fields otherwise. */
export function FormConflict<Kept>({ now, base, mine, fieldsOf, label, fixed = [], saving, onSave, onSame, onClose }: Props<Kept>) {
  const theirs = now && fieldsOf(now);
  const apart = theirs ? differences(fieldsOf(base) ?? {}, mine, theirs) : undefined;
  const same = apart?.length === 0;
  const settleSame = useEffectEvent(() => now && onSame(now));
  useEffect(() => {
    if (same) settleSame();
  }, [same]);
  if (!now || !apart || same) return null;
  return (
    <ConflictDialog
      differences={apart}
      label={label}
      fixed={fixed}
      saving={saving}
      onSave={(result) => onSave(result, now)}
      onClose={onClose}
    />
  );
}
