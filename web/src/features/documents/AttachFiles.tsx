import { Alert, Button, FileButton, Group, Text } from '@mantine/core';
import { Paperclip } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/me';
import { DOCUMENT_KINDS, isBeingRead, useDocumentActions, useDocuments } from './useDocuments';

/** Files that the plan may cite; they stay with the service. */
export function AttachFiles({ serviceId, brandId }: { serviceId: string; brandId: string | undefined }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const documents = useDocuments({ serviceId });
  const { upload } = useDocumentActions({ serviceId, brandId });
  const items = documents.data?.items ?? [];
  const reading = items.filter(isBeingRead).length;
  const ready = items.filter(({ state }) => state === 'indexed').length;
  return (
    <div>
      <Group gap="sm">
        <FileButton onChange={(files) => upload.mutate(files)} accept={DOCUMENT_KINDS} multiple>
          {(props) => (
            <Button
              {...props}
              size="xs"
              variant="default"
              leftSection={<Paperclip size={14} aria-hidden />}
              disabled={!mayPlan}
              loading={upload.isPending}
            >
              {t('documents.attach')}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" role="status">
          {reading > 0
            ? t('documents.readingFiles', { count: reading })
            : ready > 0
              ? t('documents.files', { count: ready })
              : t('documents.attachHelp')}
        </Text>
      </Group>
      {upload.error && (
        <Alert color="red" role="alert" mt="xs">
          {upload.error.message}
        </Alert>
      )}
    </div>
  );
}
