import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { listUnsupportedClaims } from '@/api/generated/sdk.gen';
import type { Campaign } from '@/api/generated/types.gen';

type Props = { campaign: Campaign; onOpen: (evidence: string) => void };

/** Claims that keep the plan from being approved, each with the way to its source. */
export function ClaimsToReview({ campaign, onOpen }: Props) {
  const { t } = useTranslation();
  const count = campaign.metrics.unsupported_claims;
  // Another version of the plan has other claims.
  const query = useQuery({
    queryKey: ['claims', campaign.id, campaign.version],
    queryFn: async ({ signal }) => (await listUnsupportedClaims({ path: { campaign_id: campaign.id }, signal })).data,
    enabled: count > 0,
    throwOnError: false,
  });
  const open = query.data?.items.filter((claim) => !claim.waived_reason) ?? [];
  if (count === 0 || open.length === 0) return null;
  const channelOf = (id: string | null) => campaign.channel_strategies.find((plan) => plan.id === id)?.channel;
  const place = ({ owner, owner_id }: (typeof open)[number]) =>
    owner === 'idea' ? owner_id : owner === 'channel' ? channelOf(owner_id) : 'explanation';
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="to-review">
      <Title order={2} id="to-review" mb={4}>
        {t('ideas.toReview', { count: open.length })}
      </Title>
      <Text size="xs" c="dimmed" mb="xs">
        {t('evidence.noneHelp')}
      </Text>
      <Stack component="ul" className="plain-list" gap="xs">
        {open.slice(0, 8).map((claim) => (
          <li key={`${claim.owner}-${claim.owner_id}-${claim.text}`}>
            <Text size="sm">{claim.text}</Text>
            <Button size="compact-xs" variant="subtle" onClick={() => onOpen(place(claim) ?? 'explanation')}>
              {claim.owner_name}
            </Button>
          </li>
        ))}
      </Stack>
    </Paper>
  );
}
