import { Alert, Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Source } from '@/api/generated/types.gen';

/** Where a webhook is posted to, and the secret that signs it; the secret is shown this once. */
export function SecretNotice({ source }: { source: Source }) {
  const { t } = useTranslation();
  return (
    <Alert color="blue" mt="sm" role="status" title={t('market.secretTitle')}>
      <Text size="sm">{t('market.secretText')}</Text>
      <Code block mt="xs">
        {`${window.location.origin}${source.hook_path ?? ''}`}
      </Code>
      <Group mt="xs" gap="xs">
        <Code style={{ overflowWrap: 'anywhere' }}>{source.secret}</Code>
        <CopyButton value={source.secret ?? ''}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" onClick={copy}>
              {copied ? t('error.copied') : t('error.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
