import { Anchor, Paper, Spoiler, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listReportsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Report } from '@/api/generated/types.gen';
import { formatInstant } from '@/lib/format';

/** What people reported, newest first, for those who administer; nothing is shown while there is nothing. */
export function ReportsCard() {
  const { t } = useTranslation();
  const reports = useQuery({ ...listReportsOptions({ query: { limit: 20 } }), throwOnError: false });
  if (!reports.data || reports.data.items.length === 0) return null;
  return (
    <Paper component="section" withBorder p="md" mb="md" aria-labelledby="reported-texts">
      <Title order={2} size="h3" id="reported-texts" mb="xs">
        {t('reports.listed')}
      </Title>
      <Spoiler maxHeight={260} showLabel={t('reports.more', { count: reports.data.total })} hideLabel={t('reports.less')}>
        <ul className="plain-list">
          {reports.data.items.map((report) => (
            <Reported key={report.id} report={report} />
          ))}
        </ul>
      </Spoiler>
    </Paper>
  );
}

function Reported({ report }: { report: Report }) {
  const { t } = useTranslation();
  const place = placeOf(report);
  const reason = t(`reports.reason.${report.reason as 'other'}`, { defaultValue: t('reports.unreadable') });
  return (
    <Text component="li" size="sm" mb="sm">
      <Text component="span" size="sm" fw={600}>
        {report.name || t('reports.unreadable')}
      </Text>
      <Text size="sm">{[reason, report.comment].filter(Boolean).join(': ')}</Text>
      <Text size="xs" c="dimmed" lineClamp={3}>
        {report.text}
      </Text>
      <Text size="xs" c="dimmed">
        {[report.reported_by, formatInstant(report.reported_at), report.campaign_name].filter(Boolean).join(' · ')}{' '}
        {place && (
          <Anchor component={Link} to={place} size="xs" underline="always">
            {t('reports.open')}
          </Anchor>
        )}{' '}
        <Anchor component={Link} to={`/decisions/${report.id}`} size="xs" underline="always">
          {t('reports.entry', { number: report.sequence })}
        </Anchor>
      </Text>
    </Text>
  );
}

function placeOf({ target, target_id, campaign_id }: Report) {
  if (target === 'decision') return `/decisions/${target_id}`;
  if (target === 'answer') return undefined;
  return campaign_id ? `/campaigns/${campaign_id}/ideas` : undefined;
}
