import { Group, Kbd, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/components/Dialog';
import type { Command, CommandGroup } from '@/lib/commands';
import { keyCaps } from '@/lib/keyNames';

const ORDER: readonly CommandGroup[] = ['page', 'create', 'goTo', 'preferences'];

type Props = { commands: readonly Command[]; onClose: () => void };

/** Every command that has keys, by group. */
export function ShortcutSheet({ commands, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog opened onClose={onClose} title={t('commands.shortcuts')} size="lg">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
        {ORDER.map((group) => {
          const listed = commands.filter((c) => c.group === group && c.keys && c.allowed !== false);
          if (listed.length === 0) return null;
          return (
            <Stack key={group} gap={6}>
              <Title order={3}>{t(`commands.group.${group}`)}</Title>
              {listed.map((c) => (
                <Group key={c.id} justify="space-between" wrap="nowrap">
                  <Text size="sm">{c.label}</Text>
                  <Group gap={4} wrap="nowrap">
                    {keyCaps(c.keys ?? '').map((cap) => (
                      <Kbd key={cap} size="xs">
                        {cap}
                      </Kbd>
                    ))}
                  </Group>
                </Group>
              ))}
            </Stack>
          );
        })}
      </SimpleGrid>
      <Text size="xs" c="dimmed" mt="lg">
        {t('commands.off')}
      </Text>
    </Dialog>
  );
}
