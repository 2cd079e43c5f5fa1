import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { getModelReport } from '@/api/generated/sdk.gen';
import type { Model } from '@/api/generated/types.gen';
import { saveFile } from '@/lib/saveFile';

/** Saves the report of a version as one HTML file. */
export function ReportButton({ model }: { model: Model }) {
  const { t } = useTranslation();
  const save = useMutation({
    mutationFn: async () => (await getModelReport({ path: { model_id: model.id }, parseAs: 'blob' })).data as Blob,
    onSuccess: (report) => saveFile(report, `model-${model.number}.html`),
  });
  return (
    <Button variant="default" leftSection={<Download size={16} aria-hidden />} loading={save.isPending} onClick={() => save.mutate()}>
      {t('measurement.report')}
    </Button>
  );
}
