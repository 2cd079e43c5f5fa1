import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { getModelReport } from '@/api/generated/sdk.gen';
import type { Model } from '@/api/generated/types.gen';

/** Saves the report of a version as one HTML file. */
export function ReportButton({ model }: { model: Model }) {
  const { t } = useTranslation();
  const save = useMutation({
    mutationFn: async () => (await getModelReport({ path: { model_id: model.id }, parseAs: 'blob' })).data as Blob,
    onSuccess: (report) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(report);
      link.download = `model-${model.number}.html`;
      link.click();
      URL.revokeObjectURL(link.href);
    },
  });
  return (
    <Button variant="default" leftSection={<Download size={16} aria-hidden />} loading={save.isPending} onClick={() => save.mutate()}>
      {t('measurement.report')}
    </Button>
  );
}
