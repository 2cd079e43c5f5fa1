import { Alert, Button, Group, PasswordInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AiProvider } from '@/api/generated/types.gen';
import { Dialog } from '@/components/Dialog';
import { useProviderKey } from './useAi';

/** Takes the key of a provider. It is sent once, kept encrypted and never shown again. */
export function KeyDialog({ provider, onClose }: { provider: AiProvider; onClose: () => void }) {
  const { t } = useTranslation();
  const [key, setKey] = useState('');
  const { set, remove } = useProviderKey(provider.name);
  const failed = set.error ?? remove.error;
  const send = (event: FormEvent) => {
    event.preventDefault();
    set.mutate(key.trim(), { onSuccess: onClose });
  };
  return (
    <Dialog opened onClose={onClose} title={t('ai.keyOf', { name: provider.name })}>
      <form onSubmit={send}>
        {failed && (
          <Alert color="red" role="alert" mb="sm">
            {failed.message}
          </Alert>
        )}
        <PasswordInput
          data-autofocus
          label={t('ai.key')}
          description={t(provider.kind === 'bedrock' ? 'ai.bedrockKeyHelp' : 'ai.keyHelp')}
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('ai.showKey') }}
        />
        <Group justify="space-between" mt="md">
          {provider.has_key ? (
            <Button
              variant="subtle"
              color="red"
              loading={remove.isPending}
              onClick={() => remove.mutate(undefined, { onSuccess: onClose })}
            >
              {t('ai.removeKey')}
            </Button>
          ) : (
            <span />
          )}
          <Group>
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={!key.trim()} loading={set.isPending}>
              {t('common.save')}
            </Button>
          </Group>
        </Group>
      </form>
    </Dialog>
  );
}
