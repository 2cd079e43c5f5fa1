import { Button, Checkbox } from '@mantine/core';
import { Columns2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';

export type Comparing = { chosen: readonly string[]; toggle: (id: string) => void; open: () => void };

/** Puts an idea beside another: two are ticked, then either opens the comparison. */
export function CompareIdea({ id, comparing: { chosen, toggle, open } }: { id: string; comparing: Comparing }) {
  const { t } = useTranslation();
  const ticked = chosen.includes(id);
  const ready = chosen.length === 2;
  return (
    <>
      <Checkbox
        size="xs"
        label={t(ticked && !ready ? 'ideas.compare.oneMore' : 'ideas.compare.choose')}
        checked={ticked}
        onChange={() => toggle(id)}
      />
      {ticked && ready && (
        <Button size="xs" variant="light" leftSection={<Columns2 size={14} aria-hidden />} onClick={open}>
          {t('ideas.compare.open')}
        </Button>
      )}
    </>
  );
}
