import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, Claim } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import classes from './Evidence.module.css';
import { SourcePicker } from './SourcePicker';
import { type Owner, useClaims } from './useClaims';

type Props = { campaign: Campaign; owner: Owner; claims: readonly Claim[] };

/** Claims without a source: each is edited, sourced or waived before the plan can be approved. */
export function OpenClaims({ campaign, owner, claims }: Props) {
  const { t } = useTranslation();
  const open = claims.filter((claim) => !claim.supported && !claim.waived_reason);
  const waived = claims.filter((claim) => claim.waived_reason);
  const { waive, unwaive, source } = useClaims(campaign, owner);
  const mayPlan = useCan('plan');
  const busy = waive.isPending || unwaive.isPending || source.isPending;
  return (
    <>
      {open.length > 0 && (
        <section aria-labelledby="stance-none">
          <Title order={2} mb={4} id="stance-none">
            {t('evidence.none', { count: open.length })}
          </Title>
          <Text size="xs" c="dimmed" mb="xs">
            {t('evidence.noneHelp')}
          </Text>
          <Stack gap="sm">
            {open.map((claim) => (
              <OpenClaim
                key={claim.text}
                claim={claim}
                serviceId={campaign.service_id}
                may={mayPlan && !busy}
                onWaive={(reason) => waive.mutate({ text: claim.text, reason })}
                onSource={(quote) => source.mutate({ text: claim.text, ...quote })}
              />
            ))}
          </Stack>
        </section>
      )}
      {waived.length > 0 && (
        <section aria-labelledby="stance-waived">
          <Title order={2} mb="xs" id="stance-waived">
            {t('evidence.waivedTitle', { count: waived.length })}
          </Title>
          <Stack gap="sm">
            {waived.map((claim) => (
              <article key={claim.text} className={classes.passage}>
                <Text size="sm">{claim.text}</Text>
                <Text size="xs" c="dimmed">
                  {t('evidence.waived', { reason: claim.waived_reason })}
                </Text>
                <Button size="compact-xs" variant="subtle" disabled={!mayPlan || busy} onClick={() => unwaive.mutate(claim.text)}>
                  {t('evidence.unwaive')}
                </Button>
              </article>
            ))}
          </Stack>
        </section>
      )}
    </>
  );
}

type OpenProps = {
  claim: Claim;
  serviceId: string;
  may: boolean;
  onWaive: (reason: string) => void;
  onSource: (quote: { passage_id: string; quote: string; stance: 'supports' }) => void;
};

function OpenClaim({ claim, serviceId, may, onWaive, onSource }: OpenProps) {
  const { t } = useTranslation();
  const [doing, setDoing] = useState<'waive' | 'source'>();
  const [reason, setReason] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    onWaive(reason.trim());
  };
  return (
    <article className={classes.passage} aria-label={claim.text}>
      <Text size="sm" className={classes.unsupported}>
        {claim.text}
      </Text>
      <Group gap="xs" mt={4}>
        <Button size="compact-xs" variant="default" disabled={!may} onClick={() => setDoing('source')}>
          {t('evidence.attach')}
        </Button>
        <Button size="compact-xs" variant="default" disabled={!may} onClick={() => setDoing('waive')}>
          {t('evidence.waive')}
        </Button>
      </Group>
      {doing === 'waive' && (
        <form onSubmit={send}>
          <Group mt="xs" align="flex-end" wrap="nowrap">
            <TextInput
              data-autofocus
              flex={1}
              label={t('evidence.reason')}
              description={t('evidence.reasonHelp')}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <Button type="submit" size="sm" disabled={!may || !reason.trim()}>
              {t('evidence.waiveNow')}
            </Button>
          </Group>
        </form>
      )}
      {doing === 'source' && <SourcePicker words={claim.text} serviceId={serviceId} disabled={!may} onPick={onSource} />}
    </article>
  );
}
