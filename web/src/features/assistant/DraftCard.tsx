import { Anchor, Badge, Button, Group, Paper, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { AssistantDraft } from '@/api/generated/types.gen';

type Props = { draft: AssistantDraft; busy: boolean; onSettle: (taken: boolean) => void };

const STATE_COLOR = { open: 'blue', accepted: 'green', declined: 'gray' } as const;

/** A change the assistant offers. Nothing happens until a person accepts it. */
export function DraftCard({ draft, busy, onSettle }: Props) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="sm" mt="sm" component="article" aria-label={draft.title}>
      <Group justify="space-between">
        <Text fw={600} size="sm">
          {draft.title}
        </Text>
        <Badge variant="light" color={STATE_COLOR[draft.state]} tt="none">
          {t(`assistant.draft.${draft.state}`)}
        </Badge>
      </Group>
      <Text size="sm">{draft.text}</Text>
      {draft.changes.length > 0 && (
        <Table mt="xs">
          <Table.Tbody>
            {draft.changes.map((change) => (
              <Table.Tr key={change.label}>
                <Table.Th scope="row" fw={400}>
                  {change.label}
                </Table.Th>
                <Table.Td c="dimmed">{change.before}</Table.Td>
                <Table.Td>{change.after}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {draft.state === 'open' && (
        <Group justify="flex-end" mt="xs" gap="xs">
          <Button size="compact-sm" variant="default" disabled={busy} onClick={() => onSettle(false)}>
            {t('assistant.decline')}
          </Button>
          <Button size="compact-sm" disabled={busy} onClick={() => onSettle(true)}>
            {t('assistant.accept')}
          </Button>
        </Group>
      )}
      {draft.link?.startsWith('/') && (
        <Anchor component={Link} to={draft.link} size="sm">
          {t('assistant.open')}
        </Anchor>
      )}
    </Paper>
  );
}
