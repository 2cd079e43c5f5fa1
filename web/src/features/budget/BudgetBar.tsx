import { Button, Text } from '@mantine/core';
import { Undo2, Wand2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Estimate } from '@/components/Estimate';
import { MoneyInput } from '@/components/MoneyInput';
import classes from './Budget.module.css';
import { hasPins } from './inputs';
import { KeepScenario } from './KeepScenario';
import type { Budget } from './useBudget';

/** Total, what it brings, and the actions on the whole budget. */
export function BudgetBar({ campaign, budget }: { campaign: Campaign; budget: Budget }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [total, setTotal] = useState<number | string>();
  const { inputs, dirty } = budget;
  const settle = () => {
    const value = Number(total);
    if (total !== undefined && total !== '' && value > 0) budget.change((now) => (now.total === value ? now : { ...now, total: value }));
    setTotal(undefined);
  };
  const impossible = budget.fault !== undefined || budget.error !== undefined;
  return (
    <div className={classes.bar}>
      <MoneyInput
        label={t('budget.total')}
        currency={budget.currency}
        w={180}
        value={total ?? inputs.total}
        disabled={!mayPlan}
        onChange={setTotal}
        onBlur={settle}
        onKeyDown={(event) => event.key === 'Enter' && settle()}
      />
      <div aria-busy={budget.asking}>
        <Text size="xs" c="dimmed">
          {t('workspace.expected', { outcome: campaign.metrics.outcome_name })}
        </Text>
        <Text fw={650} size="lg" component="div">
          <Estimate {...budget.expected} unit={campaign.metrics.outcome_name} format={budget.formatOutcome} />
        </Text>
      </div>
      <div className={classes.push}>
        {dirty && (
          <Button variant="subtle" leftSection={<Undo2 size={16} aria-hidden />} onClick={budget.reset}>
            {t('budget.reset')}
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<Wand2 size={16} aria-hidden />}
          disabled={!mayPlan || !hasPins(inputs)}
          onClick={budget.optimise}
        >
          {t('budget.optimise')}
        </Button>
        <KeepScenario campaign={campaign} inputs={inputs} currency={budget.currency} disabled={!mayPlan || impossible} />
        <Button disabled={!mayPlan || !dirty || impossible} loading={budget.saving} onClick={budget.save}>
          {t('budget.save', { version: campaign.version + 1 })}
        </Button>
      </div>
    </div>
  );
}
