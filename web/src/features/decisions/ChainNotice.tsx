import { Alert, Code, Text } from '@mantine/core';
import { Link2, Unlink2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { LedgerCheck } from '@/api/generated/types.gen';

/** Whether the chain of hashes over all decisions is unbroken. */
export function ChainNotice({ state }: { state: LedgerCheck }) {
  const { t } = useTranslation();
  if (state.valid && state.entries === 0) return null;
  if (!state.valid)
    return (
      <Alert color="red" variant="light" mb="md" role="alert" icon={<Unlink2 size={18} aria-hidden />} title={t('decisions.broken')}>
        {t('decisions.brokenText', { number: state.first_bad?.sequence ?? 0 })}
      </Alert>
    );
  return (
    <Alert color="green" variant="light" mb="md" icon={<Link2 size={18} aria-hidden />}>
      <Text size="sm">
        {state.text} {state.head && <Code>{t('decisions.head', { hash: state.head.slice(0, 16) })}</Code>}
      </Text>
    </Alert>
  );
}
