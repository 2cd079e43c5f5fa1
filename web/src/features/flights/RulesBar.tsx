import { Alert, Button, Group, NumberInput, Paper, Select, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Campaign, FlightPattern } from '@/api/generated/types.gen';
import type { Flights } from './useFlights';

const PATTERNS = ['even', 'front_loaded', 'back_loaded', 'pulsing', 'optimised'] as const satisfies readonly FlightPattern[];

/** The rules that place the money: a pattern, the shortest flight, a pause. */
export function RulesBar({ campaign, flights, editable }: { campaign: Campaign; flights: Flights; editable: boolean }) {
  const { t } = useTranslation();
  const { flighting } = campaign.brief;
  const [pattern, setPattern] = useState<FlightPattern>(flighting.pattern === 'custom' ? 'even' : flighting.pattern);
  const [shortest, setShortest] = useState<number | string>(flighting.shortest);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const { preview, draft } = flights;
  const found = draft.found;
  const paused = from !== '' && to !== '';
  const place = (event: FormEvent) => {
    event.preventDefault();
    preview.mutate({
      pattern,
      shortest: Number(shortest) || 1,
      hiatus: [
        ...flighting.hiatus.map(({ channel, start_date, end_date }) => ({ channel, start_date, end_date })),
        ...(paused ? [{ channel: '', start_date: from, end_date: to }] : []),
      ],
      weekly_maximums: flighting.weekly_maximums.map(({ channel, amount }) => ({ channel, amount })),
    });
  };
  return (
    <Paper withBorder p="md" mb="md">
      <Group component="form" onSubmit={place} align="flex-end" gap="sm">
        <Select
          label={t('calendar.pattern')}
          data={PATTERNS.map((value) => ({ value, label: t(`calendar.patterns.${value}`) }))}
          value={pattern}
          onChange={(value) => setPattern((value as FlightPattern | null) ?? 'even')}
        />
        <NumberInput label={t('calendar.shortest')} min={1} max={52} w={190} value={shortest} onChange={setShortest} />
        <TextInput
          type="date"
          label={t('calendar.pauseFrom')}
          min={campaign.start_date}
          max={campaign.end_date}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label={t('calendar.pauseTo')}
          min={from || campaign.start_date}
          max={campaign.end_date}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!editable || (paused && to < from)} loading={preview.isPending}>
          {t('calendar.place')}
        </Button>
      </Group>
      {preview.error && (
        <Alert color="red" role="alert" mt="sm">
          {preview.error.message}
        </Alert>
      )}
      {found && (
        <Text size="sm" mt="sm" role="status">
          {found.in_words}
        </Text>
      )}
    </Paper>
  );
}
