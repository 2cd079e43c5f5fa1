import { Box, Button, Grid, Group, Stack } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Newspaper } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listSignalsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { useListKeys } from '@/components/useListKeys';
import { useUrlState } from '@/lib/useUrlState';
import classes from './Market.module.css';
import { SignalDetail } from './SignalDetail';
import { isTrust, NO_FILTER, SignalFilters, sinceDay } from './SignalFilters';
import { SignalRow } from './SignalRow';
import { SpikesCard } from './SpikesCard';
import { StoppedSources } from './StoppedSources';

const PLACE = { ...NO_FILTER, signal: undefined as string | undefined };

/** The news, best first, beside what the chosen piece says and what can be made of it. */
export function SignalsTab({ onAddSource, onAddLink }: { onAddSource: () => void; onAddLink: () => void }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [place, setPlace] = useUrlState(PLACE);
  const [settled] = useDebouncedValue(place.q ?? '', 200);
  const [limit, setLimit] = useState(20);
  const { signal: chosen, state, service, impact, since, from, trust, region, topic, sort } = place;
  const keys = useListKeys();
  const query = useQuery({
    ...listSignalsOptions({
      query: {
        limit,
        clusters: true,
        sort,
        state: state === 'dismissed' ? ['dismissed'] : state === 'watched' ? ['watched'] : ['new', 'watched'],
        ...(settled && { query: settled }),
        ...(service && { service_id: service }),
        ...(impact && { min_impact: Number(impact) }),
        ...(since && { since: sinceDay(Number(since)) }),
        ...(from && { source_id: from }),
        ...(isTrust(trust) && { trust }),
        ...(region && { region }),
        ...(topic && { topic }),
      },
    }),
    placeholderData: keepPreviousData,
    // News comes by itself, while one looks at something else.
    refetchOnMount: 'always',
  });
  const filtered = Boolean(settled || service || impact || since || from || trust || region || topic || state !== 'open');
  return (
    <Stack>
      <StoppedSources />
      <SpikesCard onChoose={(signal) => setPlace({ signal })} />
      <SignalFilters place={place} onChange={setPlace} search={keys.filter} />
      <Async query={query} what={t('market.signals')} rows={5} height={80}>
        {(page) =>
          page.items.length === 0 ? (
            <Notice title={t('market.none')} text={filtered ? t('market.noMatch') : t('market.noneText')} icon={<Newspaper />}>
              {filtered && (
                <Button variant="default" onClick={() => setPlace({ ...NO_FILTER, sort })}>
                  {t('market.clear')}
                </Button>
              )}
              {!filtered && mayPlan && (
                <Group justify="center">
                  <Button onClick={onAddSource}>{t('market.addSource')}</Button>
                  <Button variant="default" onClick={onAddLink}>
                    {t('market.addLink')}
                  </Button>
                  <Button component={Link} to="/services?tab=documents" variant="default">
                    {t('market.addReport')}
                  </Button>
                </Group>
              )}
            </Notice>
          ) : (
            <Grid>
              <Grid.Col span={{ base: 12, md: 5 }} {...(chosen && { visibleFrom: 'md' })}>
                <Stack ref={keys.list} component="ul" className="plain-list" gap="xs" aria-label={t('market.signals')}>
                  {page.items.map((signal) => (
                    <SignalRow
                      key={signal.id}
                      signal={signal}
                      chosen={signal.id === chosen}
                      onChoose={() => setPlace({ signal: signal.id })}
                    />
                  ))}
                </Stack>
                {page.total > page.items.length && limit < 100 && (
                  <Button
                    variant="default"
                    fullWidth
                    mt="sm"
                    loading={query.isFetching}
                    onClick={() => setLimit(Math.min(100, limit + 20))}
                  >
                    {t('common.more')}
                  </Button>
                )}
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 7 }} {...(!chosen && { visibleFrom: 'md' })}>
                {chosen ? (
                  <div className={classes.detail}>
                    <Button hiddenFrom="md" variant="default" size="xs" mb="sm" onClick={() => setPlace({ signal: undefined })}>
                      {t('market.back')}
                    </Button>
                    <SignalDetail key={chosen} id={chosen} />
                  </div>
                ) : (
                  <Box visibleFrom="md">
                    <Notice title={t('market.choose')} text={t('market.chooseText')} icon={<Newspaper />} />
                  </Box>
                )}
              </Grid.Col>
            </Grid>
          )
        }
      </Async>
    </Stack>
  );
}
