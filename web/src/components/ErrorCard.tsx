import { Alert, Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';

type Props = { title: string; message: string; traceId?: string | undefined; onRetry?: (() => void) | undefined };

/** What failed, the id to quote when asking for help, and a way to try again. */
export function ErrorCard({ title, message, traceId, onRetry }: Props) {
  const { t } = useTranslation();
  return (
    <Alert color="red" variant="light" icon={<TriangleAlert size={18} aria-hidden />} title={title} role="alert">
      <Text size="sm">{message}</Text>
      {traceId && (
        <Text size="xs" mt={4}>
          {t('error.trace')} <Code>{traceId}</Code>
        </Text>
      )}
      <Group gap="xs" mt="sm">
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t('error.again')}
          </Button>
        )}
        {traceId && (
          <CopyButton value={`${title}: ${message} (${traceId})`}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy}>
                {copied ? t('error.copied') : t('error.copy')}
              </Button>
            )}
          </CopyButton>
        )}
      </Group>
    </Alert>
  );
}
