import { Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { Alternative, Campaign } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { AlternativeCard } from './AlternativeCard';
import { useAlternatives } from './useAlternatives';

type Props = { campaign: Campaign; kinds: readonly Alternative['kind'][] };

/** Proposals that wait for a decision, and those decided before on demand. */
export function Alternatives({ campaign, kinds }: Props) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const { items, accept, decline } = useAlternatives(campaign);
  const [earlier, { toggle }] = useDisclosure(false);
  const mine = items.filter((one) => kinds.includes(one.kind));
  const settled = mine.filter((one) => one.state !== 'open');
  const shown = earlier ? mine : mine.filter((one) => one.state === 'open');
  if (mine.length === 0) return null;
  return (
    <Stack gap="md" mb="md">
      {shown.map((one) => (
        <AlternativeCard
          key={one.id}
          alternative={one}
          busy={accept.isPending || decline.isPending}
          mayPlan={mayPlan}
          onAccept={(ideas) => accept.mutate(ideas ? { id: one.id, ideas } : { id: one.id })}
          onDecline={() => decline.mutate(one.id)}
        />
      ))}
      {settled.length > 0 && (
        <Button size="compact-sm" variant="subtle" onClick={toggle} aria-expanded={earlier} style={{ alignSelf: 'flex-start' }}>
          {earlier ? t('alternatives.hide') : t('alternatives.earlier', { count: settled.length })}
        </Button>
      )}
    </Stack>
  );
}
