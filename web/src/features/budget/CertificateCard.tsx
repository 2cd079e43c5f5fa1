import { Group, List, Paper, Text, Title } from '@mantine/core';
import { ShieldCheck } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, Certificate } from '@/api/generated/types.gen';
import { formatPercent, formatTinyPercent } from '@/lib/format';
import { formatMoney } from '@/lib/money';

/** Gaps below a millionth are said as a millionth: still true, and easier to read. */
const SMALLEST_GAP = 1e-6;

type Props = {
  campaign: Campaign;
  /** Undefined while the server has not answered for what is shown. */
  certificate: Certificate | undefined;
  currency: string;
  /** What locks and typed budgets cost against the best plan. */
  cost: number;
  formatOutcome: (value: number) => string;
};

/** How far from the best possible plan this one can be, and which limits cost something. */
export const CertificateCard = memo(function CertificateCard({ campaign, certificate, currency, cost, formatOutcome }: Props) {
  const { t } = useTranslation();
  const title = (
    <Group gap="xs" mb="xs">
      <ShieldCheck size={20} color="var(--mantine-color-anchor)" aria-hidden />
      <Title order={2}>{t('certificate.title')}</Title>
    </Group>
  );
  if (!certificate)
    return (
      <Paper withBorder p="lg">
        {title}
        <Text size="sm" c="dimmed">
          {t('certificate.checking')}
        </Text>
      </Paper>
    );
  const outcome = campaign.metrics.outcome_name;
  const nameOf = (channel: string) => campaign.channel_strategies.find((plan) => plan.channel === channel)?.channel_name ?? channel;
  const overEven = certificate.even_value ? certificate.value / certificate.even_value - 1 : 0;
  return (
    <Paper withBorder p="lg">
      {title}
      <Text mb="sm">{t('certificate.gap', { gap: formatTinyPercent(Math.max(certificate.gap, SMALLEST_GAP)) })}</Text>
      <List size="sm" spacing={6}>
        {cost > certificate.value * 1e-4 && <List.Item>{t('certificate.locks', { cost: formatOutcome(cost), outcome })}</List.Item>}
        {overEven > 0.001 && <List.Item>{t('certificate.even', { share: formatPercent(overEven, 1), outcome })}</List.Item>}
        {certificate.shadow_price > 0 && (
          <List.Item>
            {t('certificate.shadow', {
              amount: formatMoney({ amount: '1000', currency: currency }),
              worth: formatOutcome(certificate.shadow_price * 1000),
              outcome,
            })}
          </List.Item>
        )}
        {certificate.binding.map((limit) => (
          <List.Item key={`${limit.channel}-${limit.kind}`}>
            {t(bindingKey(limit.worth), {
              channel: nameOf(limit.channel),
              limit: t(`certificate.kind.${limit.kind}`, { defaultValue: limit.kind }),
              amount: formatMoney({ amount: '1000', currency: currency }),
              worth: formatOutcome(Math.abs(limit.worth)),
              outcome,
            })}
          </List.Item>
        ))}
        {Number(certificate.unspent.amount) > 0 && (
          <List.Item>
            {t('certificate.unspent', { amount: formatMoney(certificate.unspent), reason: certificate.unspent_reason })}
          </List.Item>
        )}
      </List>
      <Text size="xs" c="dimmed" mt="md">
        {t('certificate.basis')}
      </Text>
    </Paper>
  );
});

/** What moving a limit by a thousand would do, as the key of its sentence. */
function bindingKey(worth: number) {
  if (worth > 0) return 'certificate.bindingMore';
  return worth < 0 ? 'certificate.bindingLess' : 'certificate.binding';
}
