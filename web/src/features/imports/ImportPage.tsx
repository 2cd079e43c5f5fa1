import { Alert, Button, Checkbox, FileInput, Group, Paper, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { listBrandsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { PageHeader } from '@/components/PageHeader';
import { MappingTable } from './MappingTable';
import { RowErrors } from './RowErrors';
import { type ImportKind, isImportKind, useImport } from './useImport';

/** Takes a CSV file or a workbook: choose, look at how its columns are read, import. */
export function ImportPage() {
  const { t } = useTranslation();
  const { kind } = useParams();
  if (!isImportKind(kind)) throw new Response(null, { status: 404 });
  return (
    <Stack maw={920} gap={0}>
      <PageHeader title={t(`imports.${kind}`)} facts={t('imports.facts')} />
      <ImportForm key={kind} kind={kind} />
    </Stack>
  );
}

function ImportForm({ kind }: { kind: ImportKind }) {
  const { t } = useTranslation();
  const mayImport = useCan('import');
  const brands = useQuery(listBrandsOptions({ query: { limit: 100 } }));
  const { state, setBrand, setFile, setField, setSkip, preview, run, rejected, ready } = useImport(kind, brands.data?.items[0]?.id);
  return (
    <Paper withBorder p="lg">
      <Stack>
        <Async query={brands} what={t('market.brand')} rows={1}>
          {(page) => (
            <Select
              label={t('market.brand')}
              data={page.items.map((b) => ({ value: b.id, label: b.name }))}
              value={state.brand || null}
              onChange={(id) => setBrand(id ?? '')}
              error={page.items.length === 0 ? t('imports.noBrand') : undefined}
              maw={360}
            />
          )}
        </Async>
        <FileInput
          label={t('imports.file')}
          description={t('imports.fileHelp')}
          placeholder={t('imports.choose')}
          accept=".csv,text/csv,.xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
          leftSection={<FileUp size={16} aria-hidden />}
          clearable
          clearButtonProps={{ 'aria-label': t('imports.clear') }}
          value={state.file ?? null}
          onChange={setFile}
          disabled={!mayImport || !state.brand}
          maw={480}
        />
        {preview.isFetching && <Text size="sm">{t('imports.reading')}</Text>}
        {preview.error && (
          <Alert color="red" variant="light" role="alert">
            {preview.error instanceof Error ? preview.error.message : ''}
          </Alert>
        )}
        {preview.data && (
          <>
            <Text size="sm">{t('imports.rows', { count: preview.data.rows })}</Text>
            {preview.data.remark && <Text size="sm">{preview.data.remark}</Text>}
            <MappingTable preview={preview.data} mapping={state.mapping ?? preview.data.mapping} onMap={setField} />
            <RowErrors title={t('imports.badRows', { count: preview.data.errors.length })} errors={preview.data.errors} />
          </>
        )}
        {rejected && (
          <Alert color="red" variant="light" role="alert" title={t('imports.rejected')}>
            {rejected.message}
            <RowErrors title={t('imports.badRows', { count: rejected.errors.length })} errors={rejected.errors} />
          </Alert>
        )}
        {run.data && (
          <Alert color="green" variant="light" role="status" title={t('imports.done')}>
            {t('imports.result', { imported: run.data.imported, replaced: run.data.replaced, skipped: run.data.skipped })}
          </Alert>
        )}
        {preview.data && (
          <Group justify="space-between">
            <Checkbox label={t('imports.skip')} checked={state.skip} onChange={(event) => setSkip(event.currentTarget.checked)} />
            <Button disabled={!ready} loading={run.isPending} onClick={() => run.mutate()}>
              {t('imports.import')}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}
