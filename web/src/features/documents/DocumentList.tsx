import { Alert, Button, FileButton, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, inFull } from '@/api/errors';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { DocumentRow } from './DocumentRow';
import { DOCUMENT_KINDS, useDocumentActions, useDocuments } from './useDocuments';

type Props = { serviceId?: string; brandId?: string | undefined; words?: string };

/** Documents that plans may cite: files and pages, each with its state, and a way to add more. */
export function DocumentList({ serviceId, brandId, words }: Props) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [url, setUrl] = useState('');
  const clear = useRef<() => void>(null);
  const query = useDocuments({ serviceId }, words);
  const { upload, readPage, reread, remove } = useDocumentActions({ serviceId, brandId });
  const failed = [upload.error, readPage.error].find((error) => error instanceof ApiError);
  const send = (event: FormEvent) => {
    event.preventDefault();
    readPage.mutate(url.trim(), { onSuccess: () => setUrl('') });
  };
  const take = (files: File[]) => {
    upload.mutate(files);
    clear.current?.();
  };
  return (
    <section aria-labelledby="documents">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="documents">
          {t('documents.title')}
        </Title>
        <FileButton onChange={take} accept={DOCUMENT_KINDS} multiple resetRef={clear}>
          {(props) => (
            <Button {...props} size="xs" leftSection={<FileUp size={14} aria-hidden />} disabled={!mayPlan} loading={upload.isPending}>
              {t('documents.upload')}
            </Button>
          )}
        </FileButton>
      </Group>
      <Text size="sm" c="dimmed" mb="xs">
        {t('documents.text')}
      </Text>
      <form onSubmit={send} noValidate>
        <Group mb="sm" align="flex-end" wrap="nowrap">
          <TextInput
            type="url"
            label={t('documents.page')}
            placeholder={t('common.addressHint')}
            flex={1}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={!mayPlan || !url.trim()} loading={readPage.isPending}>
            {t('documents.read')}
          </Button>
        </Group>
      </form>
      {failed && (
        <Alert color="red" role="alert" mb="sm">
          {inFull(failed)}
        </Alert>
      )}
      <Async query={query} what={t('documents.title')}>
        {(page) =>
          page.items.length === 0 ? (
            <Text size="sm">{t(words ? 'documents.noMatch' : 'documents.none')}</Text>
          ) : (
            <Stack component="ul" className="plain-list" gap="xs">
              {page.items.map((document) => (
                <DocumentRow
                  key={document.id}
                  document={document}
                  may={mayPlan}
                  onReread={() => reread.mutate(document.id)}
                  onRemove={() => remove(document)}
                />
              ))}
            </Stack>
          )
        }
      </Async>
    </section>
  );
}
