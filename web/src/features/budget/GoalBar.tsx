import { Button, NumberInput, Select, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Group as GroupIcon } from 'lucide-react';
import { lazy, memo, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, GoalKind } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { formatMoney } from '@/lib/money';
import classes from './Budget.module.css';
import { type Goal, isLive, moneyOf } from './inputs';
import type { Budget } from './useBudget';

const GroupsDialog = lazy(async () => ({ default: (await import('./GroupsDialog')).GroupsDialog }));

const KINDS: GoalKind[] = ['most_outcome', 'least_spend', 'marginal_floor'];
const CAUTIOUS = 'cvar';

type Props = { campaign: Campaign } & Pick<Budget, 'inputs' | 'currency' | 'asking' | 'change'>;

/** What the plan is to reach, how much risk it may take, and limits on several channels together. */
export const GoalBar = memo(function GoalBar({ campaign, inputs, currency, asking, change }: Props) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [opened, { open, close }] = useDisclosure(false);
  const { goal, groups } = inputs;
  const outcome = campaign.metrics.outcome_name;
  const thousand = formatMoney(moneyOf(1000, currency));
  const set = (patch: Partial<Goal>) => change((now) => ({ ...now, goal: { ...now.goal, ...patch } }));
  const choose = (kind: GoalKind) =>
    set({
      kind,
      outcome: kind === 'least_spend' ? (goal.outcome ?? Math.floor(campaign.metrics.expected_outcome?.mean ?? 1)) : null,
      floor: kind === 'marginal_floor' ? (goal.floor ?? significant((campaign.certificate?.shadow_price ?? 0) * 1000)) : null,
    });
  return (
    <div className={classes.bar}>
      <Select
        label={t('goal.label')}
        w={300}
        data={KINDS.map((kind) => ({ value: kind, label: t(`goal.${kind}`, { thousand }) }))}
        value={goal.kind}
        disabled={!mayPlan}
        onChange={(kind) => choose(KINDS.find((each) => each === kind) ?? 'most_outcome')}
      />
      {goal.kind === 'least_spend' && (
        <Figure
          label={t('goal.outcome', { outcome })}
          value={goal.outcome}
          disabled={!mayPlan}
          onChange={(value) => set({ outcome: value })}
        />
      )}
      {goal.kind === 'marginal_floor' && (
        <Figure
          label={t('goal.floor', { thousand, outcome })}
          value={goal.floor}
          disabled={!mayPlan}
          onChange={(value) => set({ floor: value })}
        />
      )}
      <Select
        label={t('goal.risk')}
        w={220}
        data={[
          { value: 'mean', label: t('goal.mean') },
          { value: CAUTIOUS, label: t('goal.cautious') },
          ...(goal.risk === 'quantile' ? [{ value: 'quantile', label: t('goal.quantile') }] : []),
        ]}
        value={goal.risk}
        disabled={!mayPlan}
        onChange={(risk) => set({ risk: risk === CAUTIOUS ? CAUTIOUS : risk === 'quantile' ? 'quantile' : 'mean' })}
      />
      <Button variant="default" leftSection={<GroupIcon size={16} aria-hidden />} disabled={!mayPlan} onClick={open}>
        {groups.length > 0 ? t('groups.open', { count: groups.length }) : t('groups.none')}
      </Button>
      {!isLive(inputs) && (
        <Text size="xs" c="dimmed" className={classes.hint}>
          {asking ? t('goal.asking') : t('goal.server')}
        </Text>
      )}
      {opened && (
        <Suspense>
          <GroupsDialog campaign={campaign} inputs={inputs} currency={currency} change={change} onClose={close} />
        </Suspense>
      )}
    </div>
  );
});

type FigureProps = { label: string; value: number | null; disabled: boolean; onChange: (value: number) => void };

/** A number that counts once it is left or Enter is pressed. */
function Figure({ label, value, disabled, onChange }: FigureProps) {
  const [draft, setDraft] = useState<number | string>();
  const settle = () => {
    if (draft !== undefined && draft !== '' && Number(draft) > 0 && Number(draft) !== value) onChange(Number(draft));
    setDraft(undefined);
  };
  return (
    <NumberInput
      label={label}
      w={220}
      min={0}
      hideControls
      thousandSeparator=","
      value={draft ?? value ?? ''}
      disabled={disabled}
      onChange={setDraft}
      onBlur={settle}
      onKeyDown={(event) => event.key === 'Enter' && settle()}
    />
  );
}

const significant = (value: number): number => Number(value.toPrecision(2)) || 1;
