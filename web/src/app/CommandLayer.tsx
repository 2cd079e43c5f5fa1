import { lazy, Suspense } from 'react';
import type { Command } from '@/lib/commands';

const CommandPalette = lazy(async () => ({ default: (await import('./CommandPalette')).CommandPalette }));
const ShortcutSheet = lazy(async () => ({ default: (await import('./ShortcutSheet')).ShortcutSheet }));

type Layer = [open: boolean, close: () => void];
type Props = { commands: readonly Command[]; palette: Layer; sheet: Layer };

/** Palette and shortcut sheet, both loaded on first use. */
export function CommandLayer({ commands, palette, sheet }: Props) {
  return (
    <Suspense fallback={null}>
      {palette[0] && <CommandPalette commands={commands} onClose={palette[1]} />}
      {sheet[0] && <ShortcutSheet commands={commands} onClose={sheet[1]} />}
    </Suspense>
  );
}
