import { Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { CampaignRow } from '@/api/generated/types.gen';
import { StatusBadge } from '@/components/Badges';
import { ExpectedOutcome } from '@/components/ExpectedOutcome';
import { formatDayRange } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { campaignPath } from '@/lib/paths';
import { CampaignMenu } from './CampaignMenu';

/** Campaigns as cards of four facts, for phones. */
export function CampaignCards({ rows }: { rows: readonly CampaignRow[] }) {
  const { t } = useTranslation();
  return (
    <Stack component="ul" className="plain-list" gap="sm">
      {rows.map((row) => (
        <Paper key={row.id} component="li" withBorder p="md" data-row>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Anchor component={Link} to={campaignPath(row)} fw={550}>
              {row.name}
            </Anchor>
            <CampaignMenu campaign={row} />
          </Group>
          <Text size="sm" c="dimmed" mb="xs">
            {row.service_name} · {formatDayRange(row.start_date, row.end_date)}
          </Text>
          <Group gap="sm">
            <StatusBadge status={row.status} />
            <Text size="sm">{formatMoney(row.total_budget)}</Text>
          </Group>
          {row.expected_outcome && (
            <Text size="sm" mt={4}>
              <ExpectedOutcome row={row} /> {row.outcome_name}
            </Text>
          )}
          {!row.expected_outcome && (
            <Text size="sm" c="dimmed" mt={4}>
              {t('campaigns.noPlan')}
            </Text>
          )}
        </Paper>
      ))}
    </Stack>
  );
}
