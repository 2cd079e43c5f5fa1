import { Anchor, Badge, Button, Drawer, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Campaign, Claim, Passage } from '@/api/generated/types.gen';
import { useTopmost } from '@/components/useTopmost';
import { formatDay } from '@/lib/format';
import { safeLink } from '@/lib/paths';
import classes from './Evidence.module.css';
import { OpenClaims } from './OpenClaims';
import { aroundQuote, type Cited, citedBy, markOf, recordPath } from './quote';
import type { Owner } from './useClaims';

/** What a plan can be made without. */
const WEIGHED = new Set(['signal', 'segment']);
const STANCES = ['supports', 'contradicts', 'background'] as const;

type Props = {
  about: string;
  campaign: Campaign;
  /** Whose claims these are. */
  owner: Owner;
  claims: readonly Claim[];
  /** The passage whose mark was clicked. */
  chosen?: string | undefined;
  opened: boolean;
  onClose: () => void;
  /** Asks what the plan would be without a passage. */
  onWithout?: ((passageId: string) => void) | undefined;
};

/** The sources of something's claims, by what they say about it, each with the exact quote. */
export function EvidenceDrawer({ about, campaign, owner, claims, chosen, opened, onClose, onWithout }: Props) {
  const { t } = useTranslation();
  const close = useTopmost(opened, onClose);
  const { evidence } = campaign;
  const cited = citedBy(claims, evidence);
  return (
    <Drawer
      opened={opened}
      onClose={close}
      position="right"
      size={440}
      title={t('evidence.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      attributes={{ header: { role: 'presentation' } }}
      transitionProps={{ duration: 120 }}
    >
      <Text size="sm" c="dimmed" mb="md">
        {about}
      </Text>
      <Stack gap="lg">
        {STANCES.map((stance) => {
          const group = cited.filter((c) => c.citation.stance === stance);
          if (group.length === 0) return null;
          return (
            <section key={stance} aria-labelledby={`stance-${stance}`}>
              <Title order={2} mb="xs" id={`stance-${stance}`}>
                {t(`evidence.${stance}`, { count: group.length })}
              </Title>
              <Stack gap="sm">
                {group.map((c) => (
                  <Source
                    key={`${c.passage.id}-${c.citation.start}-${c.claim.text}`}
                    cited={c}
                    evidence={evidence}
                    chosen={chosen}
                    onWithout={onWithout}
                  />
                ))}
              </Stack>
            </section>
          );
        })}
        <OpenClaims campaign={campaign} owner={owner} claims={claims} />
      </Stack>
    </Drawer>
  );
}

type SourceProps = { cited: Cited; evidence: readonly Passage[]; chosen: string | undefined; onWithout: Props['onWithout'] };

function Source({ cited: { passage, citation, claim }, evidence, chosen, onWithout }: SourceProps) {
  const { t } = useTranslation();
  const { before, quote, after } = aroundQuote(passage, citation);
  const link = safeLink(passage.url);
  const record = recordPath(passage);
  return (
    <article className={classes.passage} data-chosen={passage.id === chosen || undefined}>
      <Group gap="xs" mb={4}>
        <Text size="sm" fw={600}>
          {t('evidence.numbered', { number: markOf(evidence, passage.id), title: passage.title })}
        </Text>
        <Badge variant="light" color="gray" tt="none">
          {t(`evidence.kind.${passage.kind}`)}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed">
        {[passage.origin, passage.on ? formatDay(passage.on) : '', t('evidence.trust', { trust: passage.trust })]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      <blockquote className={classes.text}>
        {before}
        <mark>{quote}</mark>
        {after}
      </blockquote>
      <Text size="xs" c="dimmed">
        {t('evidence.for', { claim: claim.text })}
      </Text>
      {onWithout && WEIGHED.has(passage.kind) && (
        <Button size="compact-xs" variant="subtle" mt={4} onClick={() => onWithout(passage.id)}>
          {t('ideas.without')}
        </Button>
      )}
      {record && (
        <Anchor component={Link} to={record} size="sm" display="block" mt={4}>
          {t('evidence.record')}
        </Anchor>
      )}
      {link && (
        <Anchor href={link} target="_blank" rel="noreferrer noopener" size="sm" display="block" mt={4}>
          {t('evidence.open')}
        </Anchor>
      )}
    </article>
  );
}
