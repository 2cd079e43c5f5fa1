import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { Campaign, Claim, Passage } from '@/api/generated/types.gen';
import { renderPage } from '@/test/render';
import { Claims } from './Claims';
import { EvidenceDrawer } from './EvidenceDrawer';

const passage: Passage = {
  id: 'p1',
  kind: 'signal',
  title: 'Setup time matters',
  text: 'In our panel, setup time comes first.',
  origin: 'Trade press',
  on: '2026-11-03',
  trust: 'press',
  url: 'javascript:alert(1)',
};
const claims: Claim[] = [
  {
    text: 'Buyers ask about setup.',
    supported: true,
    waived_reason: '',
    waived_by: null,
    waived_at: null,
    citations: [{ passage_id: 'p1', quote: 'setup time', start: 14, end: 24, stance: 'supports' }],
  },
  { text: 'It costs half.', supported: false, waived_reason: '', waived_by: null, waived_at: null, citations: [] },
];

const campaign = { id: 'c1', service_id: 's1', version: 3, evidence: [passage] } as unknown as Campaign;

it('shows the quote marked in its text, what has no source, and no unsafe link', () => {
  renderPage(
    <EvidenceDrawer
      about="Idea"
      campaign={campaign}
      owner={{ owner: 'idea', owner_id: 'i1' }}
      claims={claims}
      opened
      onClose={() => undefined}
    />,
  );
  expect(screen.getByText('Supports (1)')).toBeInTheDocument();
  expect(screen.getByText('setup time', { selector: 'mark' })).toBeInTheDocument();
  expect(screen.getByText('Without a source (1)')).toBeInTheDocument();
  expect(screen.queryByRole('link')).toBeNull();
});

it('opens a source from its mark', async () => {
  const onOpen = vi.fn();
  renderPage(<Claims claims={claims} evidence={[passage]} onOpen={onOpen} />);
  await userEvent.click(screen.getByRole('button', { name: 'Source 1: Setup time matters' }));
  expect(onOpen).toHaveBeenCalledWith('p1');
  expect(screen.getAllByRole('button')).toHaveLength(1);
});
