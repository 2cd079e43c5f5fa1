import { Button, Collapse, Group, Paper, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { CalendarRange } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import type { Campaign } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Notice } from '@/components/Notice';
import { type Command, usePageCommands } from '@/lib/commands';
import { add } from './board';
import { FlightGrid } from './FlightGrid';
import { RulesBar } from './RulesBar';
import { useFlights } from './useFlights';
import { WeekTable } from './WeekTable';

const EDITABLE: readonly Campaign['status'][] = ['draft', 'in_review', 'approved'];

/** When each channel runs: flights to move, rules to place them by, and the weeks as a table. */
export function CalendarTab() {
  const { t } = useTranslation();
  const campaign = useOutletContext<Campaign>();
  if (!campaign.channel_strategies.some((plan) => plan.flights.length > 0))
    return <Notice title={t('calendar.none')} text={t('calendar.noneText')} icon={<CalendarRange />} />;
  return <Loaded key={campaign.id} campaign={campaign} />;
}

function Loaded({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const flights = useFlights(campaign);
  const [chosen, choose] = useState('');
  const [table, { toggle }] = useDisclosure(false);
  const editable = mayPlan && EDITABLE.includes(campaign.status);
  const { edit, undo, redo, draft } = flights;
  const row = draft.board.rows.find((each) => each.channel === chosen) ?? draft.board.rows[0];
  const commands = useMemo(
    (): Command[] => [
      {
        id: 'flight',
        label: t('calendar.add', { channel: row?.name ?? '' }),
        group: 'page',
        keys: 'n',
        allowed: editable,
        run: () => {
          const week = row
            ? draft.board.weeks.findIndex((_, at) => row.bars.every((bar) => at < bar.from || at >= bar.from + bar.amounts.length))
            : -1;
          if (row && week >= 0) edit((board) => add(board, row.channel, week, crypto.randomUUID()));
        },
      },
      { id: 'undo', label: t('common.undo'), group: 'page', keys: 'mod+z', run: undo },
      { id: 'redo', label: t('common.redo'), group: 'page', keys: 'mod+shift+z', run: redo },
    ],
    [t, editable, row, draft, edit, undo, redo],
  );
  usePageCommands(commands);
  return (
    <>
      <RulesBar campaign={campaign} flights={flights} editable={editable} />
      <Paper withBorder mb="md">
        <FlightGrid flights={flights} editable={editable} chosen={row?.channel ?? ''} onChoose={choose} />
        <Text size="xs" c="dimmed" px="sm" pb="sm">
          {t(editable ? 'calendar.keys' : 'calendar.fixed')}
        </Text>
      </Paper>
      <Group mb="md">
        <Button disabled={!flights.changed || !editable} loading={flights.save.isPending} onClick={() => flights.save.mutate()}>
          {t('calendar.save')}
        </Button>
        <Button variant="default" disabled={!flights.changed} onClick={flights.discard}>
          {t('calendar.discard')}
        </Button>
        <Button variant="subtle" onClick={undo}>
          {t('common.undo')}
        </Button>
        <Button variant="subtle" onClick={redo}>
          {t('common.redo')}
        </Button>
        <Button variant="subtle" aria-expanded={table} onClick={toggle}>
          {t(table ? 'calendar.hideTable' : 'calendar.showTable')}
        </Button>
      </Group>
      <Collapse expanded={table}>
        <WeekTable campaign={campaign} />
      </Collapse>
    </>
  );
}
