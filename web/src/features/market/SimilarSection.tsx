import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listSimilarSignalsOptions } from '@/api/generated/@tanstack/react-query.gen';
import { formatAgo } from '@/lib/format';

/** Who else tells it, what was like it before, and what campaigns made of that. */
export function SimilarSection({ id }: { id: string }) {
  const { t } = useTranslation();
  const similar = useQuery({ ...listSimilarSignalsOptions({ path: { signal_id: id } }), throwOnError: false });
  if (!similar.data?.items.length) return null;
  const groups = [
    { key: 'sameNews', items: similar.data.items.filter((item) => item.same_cluster) },
    { key: 'earlier', items: similar.data.items.filter((item) => !item.same_cluster) },
  ] as const;
  return groups.map(
    ({ key, items }) =>
      items.length > 0 && (
        <section key={key} aria-labelledby={`similar-${key}`}>
          <Title order={3} id={`similar-${key}`} mb="xs">
            {t(`market.${key}`)}
          </Title>
          <Stack component="ul" className="plain-list" gap="xs">
            {items.map(({ signal, campaigns }) => (
              <li key={signal.id}>
                <Anchor component={Link} to={`/market?signal=${signal.id}`} size="sm">
                  {signal.title}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {[signal.source, formatAgo(signal.timestamp)].join(' · ')}
                </Text>
                {campaigns.map((campaign) => (
                  <Text key={campaign.id} size="sm">
                    <Anchor component={Link} to={`/campaigns/${campaign.id}`} size="sm">
                      {campaign.name}
                    </Anchor>
                    {t('market.outcome', { outcome: campaign.outcome })}
                  </Text>
                ))}
              </li>
            ))}
          </Stack>
        </section>
      ),
  );
}
