import { Alert, Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listSourcesOptions } from '@/api/generated/@tanstack/react-query.gen';
import { useGone } from '@/lib/deletions';

/** Sources that stopped delivering stand on top, each with the way to it: what is missing is easily overlooked. */
export function StoppedSources() {
  const { t } = useTranslation();
  const sources = useQuery({ ...listSourcesOptions({ query: { limit: 100 } }), throwOnError: false });
  const gone = useGone();
  const stopped = sources.data?.items.filter(({ id, state }) => (state === 'broken' || state === 'late') && !gone.has(id)) ?? [];
  if (stopped.length === 0) return null;
  return (
    <Alert color="yellow" icon={<TriangleAlert size={18} aria-hidden />} title={t('market.stopped', { count: stopped.length })}>
      <ul className="plain-list">
        {stopped.map((source) => (
          <li key={source.id}>
            <Anchor component={Link} to={`/market?tab=sources&source=${source.id}`} size="sm">
              {source.name}
            </Anchor>{' '}
            {source.problem || t(`market.sourceState.${source.state}`)}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
