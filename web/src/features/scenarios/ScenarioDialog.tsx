import { Alert, Button, Group, List, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign } from '@/api/generated/types.gen';
import { Dialog } from '@/components/Dialog';
import { formatMoney } from '@/lib/money';
import type { Scenarios } from './useScenarios';

type Props = { opened: boolean; onClose: () => void; campaign: Campaign; scenarios: Scenarios; onMade: (id: string) => void };

/** Reads a description of limits, shows what was understood, and keeps the scenario once a person agrees. */
export function ScenarioDialog({ opened, onClose, scenarios, onMade }: Props) {
  const { t } = useTranslation();
  const { suggest, create } = scenarios;
  const [words, setWords] = useState('');
  const [name, setName] = useState('');
  const found = suggest.data;
  const leave = () => {
    suggest.reset();
    setWords('');
    setName('');
    onClose();
  };
  const read = (event: FormEvent) => {
    event.preventDefault();
    suggest.mutate(words.trim(), { onSuccess: (suggestion) => setName(suggestion.name) });
  };
  const keep = () => {
    if (!found) return;
    const { total_budget, limits, groups, goal } = found;
    create.mutate(
      { name: name.trim() || found.name, total_budget, limits, groups, goal },
      {
        onSuccess: ({ id }) => {
          onMade(id);
          leave();
        },
      },
    );
  };
  return (
    <Dialog opened={opened} onClose={leave} title={t('scenarios.describe')}>
      <form onSubmit={read}>
        <Textarea
          data-autofocus
          label={t('scenarios.words')}
          description={t('scenarios.wordsHelp')}
          autosize
          minRows={2}
          maxLength={1000}
          required
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="sm">
          <Button type="submit" variant={found ? 'default' : 'filled'} loading={suggest.isPending} disabled={words.trim() === ''}>
            {t('scenarios.read')}
          </Button>
        </Group>
      </form>
      {(suggest.error ?? create.error) && (
        <Alert color="red" role="alert" mt="sm">
          {(suggest.error ?? create.error)?.message}
        </Alert>
      )}
      {found && (
        <Stack gap="sm" mt="md">
          <TextInput label={t('scenarios.name')} value={name} maxLength={120} onChange={(event) => setName(event.currentTarget.value)} />
          <Text size="sm">{t('scenarios.readAs', { budget: formatMoney(found.total_budget) })}</Text>
          <List size="sm">
            {found.read.map((each) => (
              <List.Item key={each.words}>{t('scenarios.meaning', { words: each.words, meaning: each.meaning })}</List.Item>
            ))}
          </List>
          {found.unread.length > 0 && <Alert color="yellow">{t('scenarios.unread', { words: found.unread.join(', ') })}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={leave}>
              {t('common.cancel')}
            </Button>
            <Button loading={create.isPending} disabled={found.read.length === 0} onClick={keep}>
              {t('scenarios.keep')}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
