import { Alert } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { WifiOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** Says that the browser is offline, for as long as it is. */
export function OfflineBanner() {
  const { t } = useTranslation();
  const { online } = useNetwork();
  if (online) return null;
  return (
    <Alert color="yellow" variant="light" role="status" radius={0} icon={<WifiOff size={18} aria-hidden />}>
      {t('error.offline')}
    </Alert>
  );
}
