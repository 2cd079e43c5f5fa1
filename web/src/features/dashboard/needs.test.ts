import { expect, it } from 'vitest';
import type { CampaignRow } from '@/api/generated/types.gen';
import { needsOf } from './needs';

const planned: CampaignRow = {
  id: '1',
  name: 'Autumn',
  status: 'draft',
  service_id: 's',
  service_name: 'Service',
  brand_id: 'b',
  brand_name: 'Brand',
  start_date: '2026-09-01',
  end_date: '2026-12-01',
  total_budget: { amount: '1000', currency: 'EUR' },
  expected_outcome: { mean: 10, low: 8, high: 12 },
  outcome_name: 'sign-ups',
  outcome_is_money: false,
  supported_share: 1,
  ideas: 4,
  run_id: null,
  run_state: null,
  version: 1,
  updated_at: '2026-08-01T00:00:00Z',
};
const found = (...rows: CampaignRow[]) => needsOf(rows, '2026-12-02').map(({ row, reason }) => `${row.id} ${reason}`);

it('leaves alone what waits for nobody', () => {
  const running: CampaignRow = { ...planned, status: 'active', end_date: '2026-12-02' };
  const done: CampaignRow = { ...planned, status: 'completed' };
  const making: CampaignRow = { ...planned, expected_outcome: null, supported_share: null, run_state: 'running' };
  expect(found(running, done, making)).toEqual([]);
});

it('puts the dearest wait first, and the earlier start before the later', () => {
  expect(
    found(
      { ...planned, id: 'bare', expected_outcome: null, supported_share: null },
      { ...planned, id: 'ready' },
      { ...planned, id: 'claims', supported_share: 0.5 },
      { ...planned, id: 'over', status: 'paused', end_date: '2026-12-01' },
      { ...planned, id: 'late', status: 'in_review', start_date: '2026-10-01' },
      { ...planned, id: 'soon', status: 'in_review' },
    ),
  ).toEqual(['soon approve', 'late approve', 'over ended', 'claims claims', 'ready ready', 'bare noPlan']);
});
