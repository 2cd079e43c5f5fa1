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
  onClose: () => void;
};

/** Asks what to keep when a save was refused because somebody else had saved the same fields otherwise. */
export function FormConflict<Kept>({ now, base, mine, fieldsOf, label, fixed = [], saving, onSave, onClose }: Props<Kept>) {
  const theirs = now && fieldsOf(now);
  if (!now || !theirs) return null;
  const apart = differences(fieldsOf(base) ?? {}, mine, theirs);
  if (apart.length === 0) return null;
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
