import { SimpleGrid } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Measurement } from '@/api/generated/types.gen';
import { Figure } from '@/components/Figure';
import { formatAgo, formatPercent } from '@/lib/format';
import { shareOr } from './words';

/** How good forecasts were on weeks the model had not seen, and which model plans. */
export function AccuracyCards({ found }: { found: Measurement }) {
  const { t } = useTranslation();
  const { accuracy, adopted } = found;
  const weeks = t('measurement.onWeeks', { count: accuracy.weeks });
  const lean = accuracy.bias === null || Math.abs(accuracy.bias) < 0.005 ? 'even' : accuracy.bias > 0 ? 'over' : 'under';
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} mb="md">
      <Figure label={t('measurement.coverage')} note={t('measurement.coverageNote', { target: formatPercent(accuracy.band), weeks })}>
        {shareOr(accuracy.coverage)}
      </Figure>
      <Figure label={t('measurement.bias')} note={t(`measurement.biasNote.${lean}`)}>
        {shareOr(accuracy.bias, 1)}
      </Figure>
      <Figure label={t('measurement.error')} note={t('measurement.errorNote')}>
        {shareOr(accuracy.wmape, 1)}
      </Figure>
      <Figure
        label={t('measurement.inUse')}
        note={adopted ? t('measurement.inUseNote', { when: formatAgo(adopted.adopted_at ?? adopted.created_at) }) : ''}
        {...(adopted && { to: `/measurement/models/${adopted.id}` })}
      >
        {adopted ? t('measurement.version', { number: adopted.number }) : '–'}
      </Figure>
    </SimpleGrid>
  );
}
