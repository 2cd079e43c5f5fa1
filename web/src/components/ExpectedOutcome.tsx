import type { CampaignRow } from '@/api/generated/types.gen';
import { Estimate } from '@/components/Estimate';
import { outcomeFormat } from '@/lib/outcome';

type Props = { row: Pick<CampaignRow, 'expected_outcome' | 'outcome_name' | 'outcome_is_money' | 'total_budget'> };

/** What a campaign of a list is expected to bring, in few digits; nothing before it has a plan. */
export function ExpectedOutcome({ row }: Props) {
  if (!row.expected_outcome) return null;
  const format = outcomeFormat(row.outcome_is_money, row.total_budget.currency, { compact: true });
  return <Estimate {...row.expected_outcome} unit={row.outcome_name} format={format} />;
}
