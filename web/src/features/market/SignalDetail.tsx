import { Anchor, Badge, Button, Group, List, Menu, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CalendarPlus, ChevronDown, Eye } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getSignalOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Signal } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { formatAgo } from '@/lib/format';
import { safeLink } from '@/lib/paths';
import { AnglesSection } from './AnglesSection';
import { ImpactBadge } from './ImpactBadge';
import classes from './Market.module.css';
import { ScoreCard } from './ScoreCard';
import { SimilarSection } from './SimilarSection';
import { DISMISSALS, type Dismissal, useSignalActions } from './useSignals';

/** What a piece of news says, why it stands where it stands, and what can be made of it. */
export function SignalDetail({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useQuery({ ...getSignalOptions({ path: { signal_id: id } }), throwOnError: false });
  return (
    <Async query={query} what={t('market.signal')} rows={4} height={80}>
      {(signal) => <Detail signal={signal} />}
    </Async>
  );
}

function Detail({ signal }: { signal: Signal }) {
  const { t } = useTranslation();
  const link = safeLink(signal.url);
  return (
    <Paper component="article" withBorder p="lg" aria-label={signal.title}>
      <Title order={2}>{signal.title}</Title>
      <Text size="xs" c="dimmed" mb="xs">
        {[signal.source, formatAgo(signal.timestamp), t(`market.trust.${signal.trust}`), signal.region].filter(Boolean).join(' · ')}
      </Text>
      <Group gap={6} mb="md">
        <ImpactBadge impact={signal.impact} />
        {signal.topics.map((topic) => (
          <Badge key={topic} variant="default" tt="none" fw={500}>
            {topic}
          </Badge>
        ))}
      </Group>
      <Actions signal={signal} />
      {signal.state === 'dismissed' && (
        <Text size="sm" mb="sm" role="status">
          {t('market.wasDismissed', { reason: t(`market.dismissal.${signal.dismissed_reason as Dismissal}`, { defaultValue: '' }) })}
        </Text>
      )}
      <blockquote className={classes.text}>{signal.content}</blockquote>
      {link && (
        <Anchor href={link} target="_blank" rel="noreferrer noopener" size="sm" display="block" mt="xs">
          {t('market.openSource')}
        </Anchor>
      )}
      <Stack gap="lg" mt="lg">
        <ScoreCard signal={signal} />
        {signal.services.length > 0 && (
          <section aria-labelledby="matched">
            <Title order={3} id="matched" mb={4}>
              {t('market.matches')}
            </Title>
            <List size="sm">
              {signal.services.map((service) => (
                <List.Item key={service.id}>{service.name}</List.Item>
              ))}
            </List>
          </section>
        )}
        <AnglesSection signal={signal} />
        <SimilarSection id={signal.id} />
      </Stack>
    </Paper>
  );
}

function Actions({ signal }: { signal: Signal }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const { watch, dismiss, restore } = useSignalActions();
  const busy = watch.isPending || dismiss.isPending || restore.isPending || !mayPlan;
  return (
    <Group gap="xs" mb="md">
      <Button
        component={Link}
        to={`/campaigns/new?from=signal:${signal.id}`}
        size="xs"
        leftSection={<CalendarPlus size={14} aria-hidden />}
        data-disabled={!mayPlan || undefined}
      >
        {t('market.plan')}
      </Button>
      {signal.state === 'dismissed' ? (
        <Button size="xs" variant="default" disabled={busy} onClick={() => restore.mutate(signal.id)}>
          {t('market.restore')}
        </Button>
      ) : (
        <>
          <Button
            size="xs"
            variant={signal.state === 'watched' ? 'light' : 'default'}
            aria-pressed={signal.state === 'watched'}
            leftSection={<Eye size={14} aria-hidden />}
            disabled={busy}
            onClick={() => (signal.state === 'watched' ? restore : watch).mutate(signal.id)}
          >
            {t(signal.state === 'watched' ? 'market.watched' : 'market.watch')}
          </Button>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button size="xs" variant="default" rightSection={<ChevronDown size={14} aria-hidden />} disabled={busy}>
                {t('market.dismiss')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('market.dismissWhy')}</Menu.Label>
              {DISMISSALS.map((reason) => (
                <Menu.Item key={reason} onClick={() => dismiss.mutate({ id: signal.id, reason })}>
                  {t(`market.dismissal.${reason}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </>
      )}
    </Group>
  );
}
