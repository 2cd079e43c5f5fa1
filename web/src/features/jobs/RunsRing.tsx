import { ActionIcon, Anchor, Menu, Progress, RingProgress, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { getRunOptions, listRunsOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Run } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { titleOf } from './titleOf';

const runsOptions = () => listRunsOptions({ query: { mine: true, active: true } });

/** Says that a run which the user walked away from has ended. */
function useEndToast(active: readonly Run[] | undefined) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const known = useRef(new Set<string>());
  const place = useRef(pathname);
  useEffect(() => {
    place.current = pathname;
  }, [pathname]);
  useEffect(() => {
    if (!active) return;
    const now = new Set(active.map((run) => run.id));
    const gone = [...known.current].filter((id) => !now.has(id));
    known.current = now;
    for (const id of gone) {
      if (pathname === `/runs/${id}` || search.includes(id)) continue;
      void client.fetchQuery({ ...getRunOptions({ path: { run_id: id } }), staleTime: 0 }).then((run) => {
        if (run.state !== 'succeeded' || !run.campaign_id) return;
        // Nobody has to be told of what is already in front of them.
        if (place.current.startsWith(`/campaigns/${run.campaign_id}`)) return;
        notifications.show({
          color: 'brand',
          title: t('run.readyTitle'),
          message: (
            <Anchor component="button" type="button" size="sm" onClick={() => void navigate(`/campaigns/${run.campaign_id}`)}>
              {t('run.readyText', { name: run.campaign_name ?? '' })}
            </Anchor>
          ),
          autoClose: 10_000,
        });
      });
    }
  }, [active, pathname, search, client, navigate, t]);
}

/** Ring in the header that carries what is running, on every page. */
export function RunsRing() {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const query = useQuery({
    ...runsOptions(),
    enabled: mayPlan,
    staleTime: 2000,
    throwOnError: false,
    refetchInterval: ({ state }) => ((state.data?.items.length ?? 0) > 0 ? 2500 : 20_000),
  });
  // Feeds are read by the clock in the name of whoever added them: nobody waits for that.
  const runs = query.data?.items.filter(({ kind }) => kind !== 'fetch_source') ?? [];
  useEndToast(query.data?.items);
  if (runs.length === 0) return null;
  const progress = (100 * runs.reduce((sum, run) => sum + run.progress, 0)) / runs.length;
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={t('run.ring', { count: runs.length })}>
          <RingProgress size={32} thickness={4} sections={[{ value: progress, color: 'brand' }]} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {runs.map((run) => (
          <Menu.Item key={run.id} component={Link} to={`/runs/${run.id}`}>
            <Text size="sm" truncate>
              {run.campaign_name || titleOf(t, run)}
            </Text>
            <Progress value={run.progress * 100} size="sm" mt={4} aria-label={t('run.progress')} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
