import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { SegmentField, SegmentRule } from '@/api/generated/types.gen';
import { renderPage } from '@/test/render';
import { useRuleWords } from './useRuleWords';

const fields: SegmentField[] = [{ field: 'since', label: 'Customer since', kind: 'day', ops: ['older_than_days'], values: null }];

function Words({ rule }: { rule: SegmentRule }) {
  return <p>{useRuleWords(fields)(rule)}</p>;
}

it.each<[SegmentRule, string]>([
  [{ field: 'since', op: 'older_than_days', value: 730 }, 'Customer since: more than 730 days ago'],
  [{ field: 'since', op: 'within_days', value: 30 }, 'Customer since: in the last 30 days'],
  [{ field: 'since', op: 'is_not_empty', value: '' }, 'Customer since: is known'],
  [{ field: 'industry', op: 'is', value: ['Retail', 'Logistics'] }, 'industry: is Retail, Logistics'],
])('says %o as a sentence', (rule, words) => {
  renderPage(<Words rule={rule} />);
  expect(screen.getByText(words)).toBeVisible();
});
