import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Calculator } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import { getCurvesOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Campaign, Curves } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { type Command, usePageCommands } from '@/lib/commands';
import { useUrlState } from '@/lib/useUrlState';
import classes from './Budget.module.css';
import { BudgetBar } from './BudgetBar';
import { CertificateCard } from './CertificateCard';
import { ChannelCard } from './ChannelCard';
import { ChannelTable } from './ChannelTable';
import { useBudget } from './useBudget';

const PLACE: { channel: string | undefined } = { channel: undefined };

/** The budget by channel, with live what-if. */
export function BudgetTab() {
  const { t } = useTranslation();
  const campaign = useOutletContext<Campaign>();
  const planned = campaign.channel_strategies.length > 0;
  const curves = useQuery({ ...getCurvesOptions({ path: { campaign_id: campaign.id } }), enabled: planned, throwOnError: false });
  if (!planned) return <Notice title={t('budget.none')} text={t('budget.noneText')} icon={<Calculator />} />;
  return (
    <Async query={curves} what={t('budget.curves')} rows={6}>
      {(data) => <Loaded key={campaign.id} campaign={campaign} curves={data} />}
    </Async>
  );
}

function Loaded({ campaign, curves }: { campaign: Campaign; curves: Curves }) {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  const budget = useBudget(campaign);
  const channel = curves.channels.find((c) => c.channel === place.channel)?.channel ?? campaign.channel_strategies[0]?.channel ?? '';
  const { optimise, undo, redo, change, inputs } = budget;
  const spendOf = (name: string) =>
    (budget.moving?.channel === name ? budget.moving.spend : undefined) ??
    inputs.channels[name]?.lock ??
    Number(budget.allocation?.channels.find((c) => c.channel === name)?.budget.amount ?? 0);
  const spend = spendOf(channel);
  const locked = inputs.channels[channel]?.lock !== undefined;

  const commands = useMemo(
    (): Command[] => [
      { id: 'optimise', label: t('budget.optimise'), group: 'page', keys: 'r', run: optimise },
      {
        id: 'lock',
        label: t('budget.lockChosen'),
        group: 'page',
        keys: 'l',
        run: () => change(channel, { lock: locked ? undefined : spend }),
      },
      { id: 'undo', label: t('common.undo'), group: 'page', keys: 'mod+z', run: undo },
      { id: 'redo', label: t('common.redo'), group: 'page', keys: 'mod+shift+z', run: redo },
    ],
    [t, optimise, undo, redo, change, channel, locked, spend],
  );
  usePageCommands(commands);

  return (
    <>
      <BudgetBar campaign={campaign} budget={budget} />
      {budget.error && (
        <Alert color="red" variant="light" mb="md" role="alert">
          {budget.error.message}
        </Alert>
      )}
      <ChannelTable
        campaign={campaign}
        curves={curves}
        budget={budget}
        chosen={channel}
        spendOf={spendOf}
        onChoose={(next) => setPlace({ channel: next })}
      />
      <div className={classes.lower}>
        <ChannelCard campaign={campaign} curves={curves} budget={budget} channel={channel} spend={spend} />
        {budget.allocation && <CertificateCard campaign={campaign} budget={budget} allocation={budget.allocation} />}
      </div>
    </>
  );
}
