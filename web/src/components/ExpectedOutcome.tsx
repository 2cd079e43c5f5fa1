import { Estimate } from '@/components/Estimate';
import { outcomeFormat } from '@/lib/outcome';

type Row = {
  expected_outcome: { mean: number; low: number; high: number } | null;
  outcome_name: string;
  outcome_is_money: boolean;
  total_budget: { currency: string };
};

/** What a campaign of a list is expected to bring, in few digits; nothing before it has a plan. */
export function ExpectedOutcome({ row }: { row: Row }) {
  if (!row.expected_outcome) return null;
  const format = outcomeFormat(row.outcome_is_money, row.total_budget.currency, { compact: true });
  return <Estimate {...row.expected_outcome} unit={row.outcome_name} format={format} />;
}
