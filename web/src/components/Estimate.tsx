import { Text, VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';

type Props = { mean: number; low: number; high: number; unit?: string; format?: (value: number) => string };

/** A forecast with its 90 % interval, never without; spoken as a sentence. */
export function Estimate({ mean, low, high, unit = '', format = formatNumber }: Props) {
  const { t } = useTranslation();
  return (
    <span>
      <span aria-hidden>
        {format(mean)}{' '}
        <Text span c="dimmed" inherit fz="min(0.8em, 14px)" fw={400} style={{ whiteSpace: 'nowrap' }}>
          {t('estimate.interval', { low: format(low), high: format(high) })}
        </Text>
      </span>
      <VisuallyHidden>{t('estimate.spoken', { mean: format(mean), low: format(low), high: format(high), unit })}</VisuallyHidden>
    </span>
  );
}
