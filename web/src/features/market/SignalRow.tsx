import { Badge, Group, Text, UnstyledButton } from '@mantine/core';
import { Eye } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Signal } from '@/api/generated/types.gen';
import { formatAgo } from '@/lib/format';
import { ImpactBadge } from './ImpactBadge';
import classes from './Market.module.css';

type Props = { signal: Signal; chosen: boolean; onChoose: () => void };

/** One piece of news in the list: what, from whom, how fresh, how much it matters. */
export function SignalRow({ signal, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <li data-row>
      <UnstyledButton className={classes.row} onClick={onChoose} aria-current={chosen ? 'true' : undefined}>
        <Group gap={6} wrap="nowrap" justify="space-between" align="flex-start">
          <Text fw={600} lineClamp={2}>
            {signal.title || signal.content.slice(0, 90)}
          </Text>
          {signal.state === 'watched' && <Eye size={16} aria-label={t('market.watched')} className="step-mark" />}
        </Group>
        <Text size="xs" c="dimmed">
          {[signal.source, formatAgo(signal.timestamp), t(`market.trust.${signal.trust}`), signal.region].filter(Boolean).join(' · ')}
        </Text>
        {signal.title && signal.content !== signal.title && (
          <Text size="sm" lineClamp={1}>
            {signal.content}
          </Text>
        )}
        <Group gap={6} mt={4}>
          <ImpactBadge impact={signal.impact} />
          {signal.cluster_size > 1 && (
            <Badge variant="light" color="blue" tt="none">
              {t('market.tellIt', { count: signal.cluster_size })}
            </Badge>
          )}
          {signal.services.slice(0, 2).map((service) => (
            <Badge key={service.id} variant="default" tt="none" fw={500}>
              {service.name}
            </Badge>
          ))}
        </Group>
      </UnstyledButton>
    </li>
  );
}
