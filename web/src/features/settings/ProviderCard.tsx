import { ActionIcon, Alert, Badge, Button, Group, Paper, Text, Title } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AiProvider } from '@/api/generated/types.gen';
import { formatAgo, formatDuration } from '@/lib/format';
import { formatCost } from '@/lib/money';
import { KeyDialog } from './KeyDialog';
import { useProviderKey } from './useAi';

type Props = {
  provider: AiProvider;
  position: number;
  last: boolean;
  /** Whether it is set up but not asked, because rules alone write. */
  idle: boolean;
  may: boolean;
  onMove: (by: 1 | -1) => void;
  onEdit: () => void;
  onRemove: () => void;
};

/** One provider: its place in the order, its models, whether it has a key, and a button that tries it. */
export function ProviderCard({ provider, position, last, idle, may, onMove, onEdit, onRemove }: Props) {
  const { t } = useTranslation();
  const [keyShown, setKeyShown] = useState(false);
  const { test } = useProviderKey(provider.name);
  const models = [...new Set(Object.values(provider.models).filter(Boolean))].join(', ');
  const result = test.data?.data;
  return (
    <Paper component="li" withBorder p="md" aria-label={provider.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Group gap="xs">
            <Title order={3}>{t('ai.numbered', { position, name: provider.name })}</Title>
            <Badge variant="light" color="gray" tt="none">
              {t(`ai.kind.${provider.kind}`)}
            </Badge>
            {(!provider.enabled || idle) && (
              <Badge variant="light" color="yellow" tt="none">
                {t('ai.off')}
              </Badge>
            )}
          </Group>
          <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
            {[models, provider.region, provider.base_url].filter(Boolean).join(' · ')}
          </Text>
          <Text size="xs" c="dimmed">
            {provider.has_key
              ? t('ai.hasKey', { ago: provider.key_set_at ? formatAgo(provider.key_set_at) : '' })
              : t(provider.kind === 'compatible' ? 'ai.noKeyNeeded' : 'ai.noKey')}
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={!may || position === 1}
            onClick={() => onMove(-1)}
            aria-label={t('ai.up', { name: provider.name })}
          >
            <ArrowUp size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            disabled={!may || last}
            onClick={() => onMove(1)}
            aria-label={t('ai.down', { name: provider.name })}
          >
            <ArrowDown size={16} />
          </ActionIcon>
        </Group>
      </Group>
      <Group gap="xs" mt="sm">
        <Button size="compact-sm" variant="default" loading={test.isPending} disabled={!may} onClick={() => test.mutate()}>
          {t('ai.test')}
        </Button>
        <Button size="compact-sm" variant="default" disabled={!may} onClick={() => setKeyShown(true)}>
          {t(provider.has_key ? 'ai.replaceKey' : 'ai.setKey')}
        </Button>
        <Button size="compact-sm" variant="default" disabled={!may} onClick={onEdit}>
          {t('ai.edit')}
        </Button>
        <Button size="compact-sm" variant="subtle" color="red" disabled={!may} onClick={onRemove}>
          {t('ai.remove')}
        </Button>
      </Group>
      {result && (
        <Alert color={result.ok ? 'green' : 'red'} mt="sm" role={result.ok ? 'status' : 'alert'}>
          {result.ok
            ? t('ai.works', {
                model: result.model_answered || result.model,
                took: formatDuration(result.latency_ms),
                cost: formatCost(result.cost),
              })
            : t('ai.fails', { reason: result.reason })}
        </Alert>
      )}
      {keyShown && <KeyDialog provider={provider} onClose={() => setKeyShown(false)} />}
    </Paper>
  );
}
