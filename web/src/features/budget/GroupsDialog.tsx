import { ActionIcon, Button, Fieldset, Group, MultiSelect, NumberInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { Dialog } from '@/components/Dialog';
import { MoneyInput } from '@/components/MoneyInput';
import { draftOf, emptyDraft, type GroupDraft, groupOf, problemOf } from './groups';
import type { Budget } from './useBudget';

type Props = { campaign: Campaign; onClose: () => void } & Pick<Budget, 'inputs' | 'currency' | 'change'>;

/** Limits on several channels together: by amount, or by share of the total. */
export function GroupsDialog({ campaign, inputs, currency, change, onClose }: Props) {
  const { t } = useTranslation();
  const [drafts, setDrafts] = useState<GroupDraft[]>(() => {
    const known = inputs.groups.map((group, i) => draftOf(group, i));
    return known.length > 0 ? known : [emptyDraft(0)];
  });
  const [shown, setShown] = useState(false);
  const channels = campaign.channel_strategies.map((plan) => ({ value: plan.channel, label: plan.channel_name }));
  const names = drafts.map((draft) => draft.name.trim());
  const edit = (id: number, patch: Partial<GroupDraft>) =>
    setDrafts((all) => all.map((draft) => (draft.id === id ? { ...draft, ...patch } : draft)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setShown(true);
    if (drafts.some((draft) => problemOf(draft, names))) return;
    change((now) => ({ ...now, groups: drafts.map((draft) => groupOf(draft, currency)) }));
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={t('groups.title')} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">{t('groups.text')}</Text>
          {drafts.map((draft, i) => (
            <GroupFields
              key={draft.id}
              number={i + 1}
              draft={draft}
              channels={channels}
              currency={currency}
              problem={shown ? problemOf(draft, names) : undefined}
              onEdit={(patch) => edit(draft.id, patch)}
              onRemove={() => setDrafts((all) => all.filter((each) => each.id !== draft.id))}
            />
          ))}
          <Group justify="space-between">
            <Button
              variant="subtle"
              leftSection={<Plus size={16} aria-hidden />}
              disabled={drafts.length >= 20}
              onClick={() => setDrafts((all) => [...all, emptyDraft(Math.max(-1, ...all.map((each) => each.id)) + 1)])}
            >
              {t('groups.add')}
            </Button>
            <Button type="submit">{t('budget.apply')}</Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

type FieldsProps = {
  number: number;
  draft: GroupDraft;
  channels: { value: string; label: string }[];
  currency: string;
  problem: ReturnType<typeof problemOf>;
  onEdit: (patch: Partial<GroupDraft>) => void;
  onRemove: () => void;
};

function GroupFields({ number, draft, channels, currency, problem, onEdit, onRemove }: FieldsProps) {
  const { t } = useTranslation();
  const error = (field: 'name' | 'channels' | 'limits') => (problem?.field === field ? t(`groups.problem.${problem.kind}`) : undefined);
  const limit = (side: 'minimum' | 'maximum') => {
    const common = { label: t(`brief.${side}`), min: 0, value: draft[side], error: side === 'maximum' ? error('limits') : undefined };
    return draft.unit === 'share' ? (
      <NumberInput {...common} max={100} suffix=" %" hideControls onChange={(value) => onEdit({ [side]: value })} />
    ) : (
      <MoneyInput {...common} currency={currency} onChange={(value) => onEdit({ [side]: value })} />
    );
  };
  return (
    <Fieldset legend={t('groups.group', { number })}>
      <Stack gap="sm">
        <Group align="end" wrap="nowrap">
          <TextInput
            flex={1}
            label={t('groups.name')}
            maxLength={60}
            value={draft.name}
            error={error('name')}
            onChange={(event) => onEdit({ name: event.currentTarget.value })}
          />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('groups.remove', { number })} onClick={onRemove}>
            <Trash2 size={16} aria-hidden />
          </ActionIcon>
        </Group>
        <MultiSelect
          searchable
          label={t('groups.channels')}
          data={channels}
          value={draft.channels}
          error={error('channels')}
          onChange={(value) => onEdit({ channels: value })}
        />
        <SegmentedControl
          aria-label={t('groups.unit')}
          data={[
            { value: 'amount', label: currency },
            { value: 'share', label: t('groups.share') },
          ]}
          value={draft.unit}
          onChange={(unit) => onEdit({ unit: unit === 'share' ? 'share' : 'amount', minimum: '', maximum: '' })}
        />
        <Group grow align="start">
          {limit('minimum')}
          {limit('maximum')}
        </Group>
      </Stack>
    </Fieldset>
  );
}
