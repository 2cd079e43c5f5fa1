import { Anchor, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import type { CampaignRow } from '@/api/generated/types.gen';
import { StatusBadge } from '@/components/Badges';
import { ExpectedOutcome } from '@/components/ExpectedOutcome';
import { formatDayRange } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { campaignPath } from '@/lib/paths';

/** A campaign in two lines: its name and status; its money, its days and what it is expected to bring. */
export function CampaignFacts({ row }: { row: CampaignRow }) {
  return (
    <li>
      <Group justify="space-between" wrap="nowrap">
        <Anchor component={Link} to={campaignPath(row)} fw={550} truncate>
          {row.name}
        </Anchor>
        <StatusBadge status={row.status} />
      </Group>
      <Text size="sm" c="dimmed" component="div">
        {formatMoney(row.total_budget)} · {formatDayRange(row.start_date, row.end_date)}
        {row.expected_outcome && (
          <>
            {' · '}
            <ExpectedOutcome row={row} /> {row.outcome_name}
          </>
        )}
      </Text>
    </li>
  );
}
