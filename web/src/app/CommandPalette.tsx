import { Group, Kbd } from '@mantine/core';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { FileText } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { pathOf, useRecordSearch } from '@/features/campaigns/search';
import type { Command, CommandGroup } from '@/lib/commands';
import { keyCaps } from '@/lib/keyNames';

const [store, palette] = createSpotlight();
const ORDER: readonly CommandGroup[] = ['page', 'create', 'goTo', 'preferences'];

const chosen = () => store.getState().selected >= 0;

type Props = { commands: readonly Command[]; onClose: () => void };

/** Finds campaigns and commands by words; ">" finds commands alone. */
export function CommandPalette({ commands, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const commandsOnly = query.startsWith('>');
  const words = query.replace(/^>/, '').trim().toLowerCase();
  const found = useRecordSearch(commandsOnly ? '' : words);
  useEffect(() => palette.open(), []);

  const records = found.map((record) => ({
    id: `${record.kind}-${record.id}`,
    label: record.title,
    description: record.detail,
    leftSection: <FileText size={18} aria-hidden />,
    onClick: () => void navigate(pathOf(record)),
  }));
  const hits = commands.filter((c) => c.allowed !== false && c.id !== 'palette' && c.label.toLowerCase().includes(words));
  const groups = ORDER.map((group) => ({
    group: t(`commands.group.${group}`),
    actions: hits
      .filter((c) => c.group === group)
      .map((c) => ({
        id: c.id,
        label: c.label,
        leftSection: c.icon && <c.icon size={18} aria-hidden />,
        rightSection: c.keys && (
          <Group gap={4} wrap="nowrap">
            {keyCaps(c.keys).map((cap) => (
              <Kbd key={cap} size="xs">
                {cap}
              </Kbd>
            ))}
          </Group>
        ),
        onClick: c.run,
      })),
  })).filter((g) => g.actions.length > 0);

  // Without a chosen line, Enter runs the first.
  const runFirst = () => {
    const first = records[0] ?? groups[0]?.actions[0];
    if (!first) return;
    palette.close();
    first.onClick();
  };

  return (
    <Spotlight
      store={store}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      filter={(_, actions) => actions}
      actions={records.length > 0 ? [{ group: t('commands.group.records'), actions: records }, ...groups] : groups}
      nothingFound={t('commands.nothing')}
      searchProps={{
        placeholder: t('commands.placeholder'),
        'aria-label': t('commands.placeholder'),
        onKeyDown: (event) => event.key === 'Enter' && !chosen() && runFirst(),
      }}
      attributes={{ content: { 'aria-label': t('commands.palette') } }}
      scrollable
      maxHeight={420}
    />
  );
}
