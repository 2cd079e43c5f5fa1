import { Badge, Button, Group, Loader, Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Document } from '@/api/generated/types.gen';
import { formatAgo, formatNumber } from '@/lib/format';
import { isBeingRead } from './useDocuments';

const COLOR = { queued: 'gray', reading: 'blue', indexed: 'green', failed: 'red' } as const;

type Props = { document: Document; may: boolean; onReread: () => void; onRemove: () => void };

/** One document: how far it is read, what came of it, and what can be done about it. */
export function DocumentRow({ document, may, onReread, onRemove }: Props) {
  const { t } = useTranslation();
  const facts = [
    t(`documents.kind.${document.kind}`),
    document.pages !== null && t('documents.pages', { count: document.pages }),
    document.state === 'indexed' && t('documents.passages', { count: document.passages, number: formatNumber(document.passages) }),
    formatAgo(document.created_at),
  ];
  return (
    <Paper component="li" withBorder p="sm" aria-label={document.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Group gap="xs">
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {document.name}
            </Text>
            <Badge
              variant="light"
              color={COLOR[document.state]}
              tt="none"
              leftSection={isBeingRead(document) ? <Loader size={10} aria-hidden /> : undefined}
            >
              {t(`documents.state.${document.state}`)}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed">
            {facts.filter(Boolean).join(' · ')}
          </Text>
          {document.problem && (
            <Text size="sm" role="status">
              {document.problem}
            </Text>
          )}
        </div>
        <Group gap={4} wrap="nowrap">
          {document.state === 'failed' && (
            <Button size="compact-xs" variant="default" disabled={!may} onClick={onReread}>
              {t('documents.again')}
            </Button>
          )}
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            disabled={!may}
            onClick={onRemove}
            aria-label={t('documents.removeNamed', { name: document.name })}
          >
            {t('common.delete')}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}
