import { Button, Text } from '@mantine/core';
import { Undo2, Wand2 } from 'lucide-react';
import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Estimate } from '@/components/Estimate';
import { MoneyInput } from '@/components/MoneyInput';
import classes from './Budget.module.css';
import { hasPins } from './inputs';
import { KeepScenario } from './KeepScenario';
import type { Budget } from './useBudget';

type Props = { campaign: Campaign; budget: Budget };

/** Total, what it brings, and the actions on the whole budget. */
export function BudgetBar({ campaign, budget }: Props) {
  const { t } = useTranslation();
  const { inputs, currency, dirty, saving, change, optimise, reset, save } = budget;
  const impossible = budget.fault !== undefined || budget.error !== undefined;
  return (
    <div className={classes.bar}>
      <Total total={inputs.total} currency={currency} change={change} />
      <div aria-busy={budget.asking}>
        <Text size="xs" c="dimmed">
          {t('workspace.expected', { outcome: campaign.metrics.outcome_name })}
        </Text>
        <Text fw={650} size="lg" component="div">
          <Estimate {...budget.expected} unit={campaign.metrics.outcome_name} format={budget.formatOutcome} />
        </Text>
      </div>
      <Actions
        campaign={campaign}
        impossible={impossible}
        inputs={inputs}
        currency={currency}
        dirty={dirty}
        saving={saving}
        optimise={optimise}
        reset={reset}
        save={save}
      />
    </div>
  );
}

const Total = memo(function Total({ total, currency, change }: { total: number } & Pick<Budget, 'currency' | 'change'>) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [draft, setDraft] = useState<number | string>();
  const settle = () => {
    const value = Number(draft);
    if (draft !== undefined && draft !== '' && value > 0) change((now) => (now.total === value ? now : { ...now, total: value }));
    setDraft(undefined);
  };
  return (
    <MoneyInput
      label={t('budget.total')}
      currency={currency}
      w={180}
      value={draft ?? total}
      disabled={!mayPlan}
      onChange={setDraft}
      onBlur={settle}
      onKeyDown={(event) => event.key === 'Enter' && settle()}
    />
  );
});

type ActionsProps = { campaign: Campaign; impossible: boolean } & Pick<
  Budget,
  'inputs' | 'currency' | 'dirty' | 'saving' | 'optimise' | 'reset' | 'save'
>;

const Actions = memo(function Actions({ campaign, impossible, inputs, currency, dirty, saving, optimise, reset, save }: ActionsProps) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  return (
    <div className={classes.push}>
      {dirty && (
        <Button variant="subtle" leftSection={<Undo2 size={16} aria-hidden />} onClick={reset}>
          {t('budget.reset')}
        </Button>
      )}
      <Button variant="default" leftSection={<Wand2 size={16} aria-hidden />} disabled={!mayPlan || !hasPins(inputs)} onClick={optimise}>
        {t('budget.optimise')}
      </Button>
      <KeepScenario campaign={campaign} inputs={inputs} currency={currency} disabled={!mayPlan || impossible} />
      <Button disabled={!mayPlan || !dirty || impossible} loading={saving} onClick={save}>
        {t('budget.save', { version: campaign.version + 1 })}
      </Button>
    </div>
  );
});
