import { Alert, Box, Button, FileButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { Paperclip } from 'lucide-react';
import { type DragEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, inFull } from '@/api/errors';
import { useCan } from '@/api/me';
import { safeLink } from '@/lib/paths';
import classes from './Attach.module.css';
import { DocumentRow } from './DocumentRow';
import { DOCUMENT_KINDS, useDocumentActions, useDocuments } from './useDocuments';

/** Files and pages that the plan may cite, dropped, chosen or named, each with how far it is read; they stay with the service. */
export function AttachFiles({ serviceId, brandId }: { serviceId: string; brandId: string | undefined }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [url, setUrl] = useState('');
  const [over, setOver] = useState(false);
  const [attached, setAttached] = useState<readonly string[]>([]);
  const clear = useRef<() => void>(null);
  const documents = useDocuments({ serviceId });
  const { upload, readPage, reread, remove } = useDocumentActions({ serviceId, brandId }, ({ id }) => setAttached((ids) => [...ids, id]));
  const items = documents.data?.items ?? [];
  const here = items.filter(({ id }) => attached.includes(id));
  const others = items.filter(({ id, state }) => state === 'indexed' && !attached.includes(id)).length;
  const failed = [upload.error, readPage.error].find((error) => error instanceof ApiError);

  const take = (files: readonly File[]) => {
    if (files.length > 0) upload.mutate(files);
    clear.current?.();
  };
  const read = (address: string) => readPage.mutate(address.trim(), { onSuccess: () => setUrl('') });
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (!mayPlan) return;
    const address = safeLink(event.dataTransfer.getData('text/uri-list').split('\n')[0]?.trim());
    if (event.dataTransfer.files.length > 0) take([...event.dataTransfer.files]);
    else if (address) read(address);
  };
  // The field stands in the form of the brief, which Enter would send.
  const onEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (mayPlan && url.trim() && !readPage.isPending) read(url);
  };
  return (
    <Box
      className={classes.zone}
      data-over={over || undefined}
      role="group"
      aria-label={t('documents.attach')}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Stack gap="sm">
        <Group gap="sm">
          <FileButton onChange={take} accept={DOCUMENT_KINDS} multiple resetRef={clear}>
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
          <Text size="sm" c="dimmed">
            {t('documents.attachHelp')}
          </Text>
        </Group>
        <Group gap="sm" align="flex-end" wrap="nowrap">
          <TextInput
            type="url"
            size="xs"
            flex={1}
            label={t('documents.page')}
            placeholder={t('common.addressHint')}
            value={url}
            onChange={(event) => setUrl(event.currentTarget.value)}
            onKeyDown={onEnter}
          />
          <Button size="xs" variant="default" disabled={!mayPlan || !url.trim()} loading={readPage.isPending} onClick={() => read(url)}>
            {t('documents.read')}
          </Button>
        </Group>
        {failed && (
          <Alert color="red" role="alert">
            {inFull(failed)}
          </Alert>
        )}
        {here.length > 0 && (
          <Stack component="ul" className="plain-list" gap="xs">
            {here.map((document) => (
              <DocumentRow
                key={document.id}
                document={document}
                may={mayPlan}
                onReread={() => reread.mutate(document.id)}
                onRemove={() => remove(document)}
              />
            ))}
          </Stack>
        )}
        {others > 0 && (
          <Text size="sm" c="dimmed">
            {t('documents.others', { count: others })}
          </Text>
        )}
      </Stack>
    </Box>
  );
}
