import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** An impact between -1 (bad for us) and 1 (good for us) in words. */
const words = (impact: number) => {
  if (impact === 0) return 'none';
  const size = Math.abs(impact) >= 0.66 ? 'high' : Math.abs(impact) >= 0.33 ? 'medium' : 'low';
  return impact > 0 ? size : (`${size}Bad` as const);
};

/** How much a signal matters, and in which direction. */
export function ImpactBadge({ impact }: { impact: number }) {
  const { t } = useTranslation();
  const strong = Math.abs(impact) >= 0.66;
  return (
    <Badge variant="light" color={!strong ? 'gray' : impact > 0 ? 'green' : 'orange'} tt="none">
      {t(`market.impact.${words(impact)}`)}
    </Badge>
  );
}
