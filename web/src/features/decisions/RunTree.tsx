import { NavLink, Progress, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listDecisionsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Decision } from '@/api/generated/types.gen';
import { formatDuration } from '@/lib/format';
import { stepWords } from './stepWords';

/** The steps of the run this decision belongs to, in their order, each with the time it took. */
export function RunTree({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const query = useQuery({
    ...listDecisionsOptions({ query: { run_id: decision.run_id ?? '', sort: 'sequence', limit: 100 } }),
    enabled: decision.run_id !== null,
    throwOnError: false,
  });
  const rows = query.data?.items ?? [];
  if (rows.length < 2) return null;
  const longest = Math.max(1, ...rows.map((row) => row.latency_ms));
  return (
    <nav aria-label={t('decisions.stepsOf')}>
      {rows.map((row) => (
        <NavLink
          key={row.id}
          component={Link}
          to={`/decisions/${row.id}`}
          active={row.id === decision.id}
          aria-current={row.id === decision.id ? 'page' : undefined}
          label={stepWords(row.step)}
          description={
            <>
              <Progress value={(100 * row.latency_ms) / longest} size="xs" my={2} aria-hidden />
              <Text span size="xs">
                {[formatDuration(row.latency_ms), row.model_answered || row.model || t(`decisions.author.${row.author}`)].join(' · ')}
              </Text>
            </>
          }
        />
      ))}
    </nav>
  );
}
