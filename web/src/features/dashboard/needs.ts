import type { CampaignRow } from '@/api/generated/types.gen';

export type Reason = 'approve' | 'ended' | 'claims' | 'ready' | 'noPlan';
export type Need = { row: CampaignRow; reason: Reason };

const ORDER: readonly Reason[] = ['approve', 'ended', 'claims', 'ready', 'noPlan'];

function reasonOf(row: CampaignRow, today: string): Reason | undefined {
  if (row.status === 'in_review') return 'approve';
  if ((row.status === 'active' || row.status === 'paused') && row.end_date < today) return 'ended';
  if (row.status !== 'draft' || row.run_state === 'queued' || row.run_state === 'running') return undefined;
  if (row.expected_outcome === null) return 'noPlan';
  return row.supported_share !== null && row.supported_share < 1 ? 'claims' : 'ready';
}

/** The campaigns that wait for a person, the dearest wait first; `today` is a calendar day. */
export function needsOf(rows: readonly CampaignRow[], today: string): Need[] {
  return rows
    .flatMap((row): Need[] => {
      const reason = reasonOf(row, today);
      return reason ? [{ row, reason }] : [];
    })
    .sort((a, b) => ORDER.indexOf(a.reason) - ORDER.indexOf(b.reason) || a.row.start_date.localeCompare(b.row.start_date));
}
