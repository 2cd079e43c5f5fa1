import { Alert, Button, FileInput, Group, Select, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { once } from '@/api/client';
import { importModel } from '@/api/generated/sdk.gen';
import { Dialog } from '@/components/Dialog';

const FORMATS = ['meridian', 'robyn', 'pymc_marketing'] as const;
type Format = (typeof FORMATS)[number];

type Props = { onClose: () => void; brand: string };

/** Takes the result of another tool over as a version that waits for a decision. */
export function ImportDialog({ onClose, brand }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [format, setFormat] = useState<Format>('meridian');
  const [file, setFile] = useState<File | null>(null);
  const take = useMutation({
    mutationFn: async (chosen: File) => (await importModel({ body: { brand_id: brand, format, file: chosen }, headers: once() })).data,
    onSuccess: async (model) => {
      await client.invalidateQueries();
      await navigate(`/measurement/models/${model.id}`);
    },
    meta: { quiet: true },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (file) take.mutate(file);
  };
  return (
    <Dialog opened onClose={onClose} title={t('measurement.import')}>
      <form onSubmit={send}>
        <Stack gap="sm">
          {take.error && (
            <Alert color="red" role="alert">
              {take.error.message}
            </Alert>
          )}
          <Select
            label={t('measurement.format')}
            data={FORMATS.map((value) => ({ value, label: t(`measurement.formats.${value}`) }))}
            value={format}
            onChange={(value) => setFormat((value as Format | null) ?? 'meridian')}
          />
          <FileInput
            label={t('measurement.file')}
            description={t('measurement.fileHelp')}
            accept=".json,.csv"
            required
            clearable
            value={file}
            onChange={setFile}
          />
        </Stack>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!file} loading={take.isPending}>
            {t('measurement.import')}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
