import { Alert, Button, Checkbox, Group, Menu, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Calculator, GitCompareArrows, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useOutletContext } from 'react-router';
import type { Campaign } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { IntervalDots } from '@/charts/IntervalDots';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { useUrlState } from '@/lib/useUrlState';
import { ComparisonTable } from './ComparisonTable';
import { ForecastCard } from './ForecastCard';
import { ScenarioDialog } from './ScenarioDialog';
import { MOST_COMPARED, PLAN, type Scenarios, useScenarios } from './useScenarios';

const PLACE: { compare: string | undefined } = { compare: undefined };

/** Ready-made descriptions: they are read like what a person writes. */
const READY = ['cut 15 %', 'add 20 %'] as const;

/** Other ways to spend the money, beside the plan. */
export function ScenariosTab() {
  const { t } = useTranslation();
  const campaign = useOutletContext<Campaign>();
  if (campaign.channel_strategies.length === 0)
    return <Notice title={t('budget.none')} text={t('budget.noneText')} icon={<Calculator />} />;
  return <Loaded campaign={campaign} />;
}

function Loaded({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [place, setPlace] = useUrlState(PLACE);
  const [opened, { open, close }] = useDisclosure(false);
  const wanted = place.compare?.split(',') ?? [PLAN];
  const scenarios = useScenarios(campaign, wanted);
  const { list, comparison, create, suggest, asked } = scenarios;
  const compare = (ids: readonly string[]) => setPlace({ compare: ids.join(',') || undefined });
  const show = (id: string) => compare([...asked.slice(0, MOST_COMPARED - 1), id]);
  const make = async (description: string) => {
    const { name, total_budget, limits, groups, goal } = await suggest.mutateAsync(description);
    show((await create.mutateAsync({ name, total_budget, limits, groups, goal })).id);
  };
  const ready = READY.map((words) => ({ words, run: () => void make(words).catch(() => undefined) }));
  return (
    <Stack>
      <Group justify="space-between">
        <Choices campaign={campaign} scenarios={scenarios} onCompare={compare} />
        <Menu position="bottom-end">
          <Menu.Target>
            <Button leftSection={<Plus size={16} aria-hidden />} disabled={!mayPlan} loading={create.isPending || suggest.isPending}>
              {t('scenarios.new')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={open}>{t('scenarios.describe')}</Menu.Item>
            {ready.map(({ words, run }) => (
              <Menu.Item key={words} onClick={run}>
                {t(`scenarios.ready.${words === 'cut 15 %' ? 'less' : 'more'}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </Group>
      {(create.error ?? suggest.error) && (
        <Alert color="red" role="alert">
          {(create.error ?? suggest.error)?.message}
        </Alert>
      )}
      <Async query={list} what={t('workspace.tab.scenarios')}>
        {(page) =>
          page.items.length === 0 ? (
            <Notice title={t('scenarios.none')} text={t('scenarios.noneText')} icon={<GitCompareArrows />}>
              {ready.map(({ words, run }) => (
                <Button key={words} variant="default" disabled={!mayPlan} onClick={run}>
                  {t(`scenarios.ready.${words === 'cut 15 %' ? 'less' : 'more'}`)}
                </Button>
              ))}
            </Notice>
          ) : null
        }
      </Async>
      <Async query={comparison} what={t('scenarios.comparison')} rows={3}>
        {(found) => (
          <>
            <Paper withBorder p="md">
              <Title order={2} mb="sm">
                {t('scenarios.outcomes', { outcome: campaign.metrics.outcome_name })}
              </Title>
              <IntervalDots
                title={t('scenarios.outcomes', { outcome: campaign.metrics.outcome_name })}
                caption={t('scenarios.outcomesCaption')}
                rows={found.columns.map((column) => ({ id: column.id, name: nameOf(column, t), ...column.expected_outcome }))}
                color="var(--chart-1)"
              />
            </Paper>
            <ComparisonTable campaign={campaign} found={found} scenarios={scenarios} />
          </>
        )}
      </Async>
      <ForecastCard campaign={campaign} scenarios={list.data?.items ?? []} />
      <ScenarioDialog opened={opened} onClose={close} campaign={campaign} scenarios={scenarios} onMade={show} />
    </Stack>
  );
}

const nameOf = (column: { id: string; name: string }, t: (key: 'scenarios.plan') => string) =>
  column.id === PLAN ? t('scenarios.plan') : column.name;

type ChoicesProps = { campaign: Campaign; scenarios: Scenarios; onCompare: (ids: readonly string[]) => void };

/** Which scenarios are compared; the first is the baseline. */
function Choices({ scenarios, onCompare }: ChoicesProps) {
  const { t } = useTranslation();
  const { asked, list } = scenarios;
  const pinnedFirst = [...(list.data?.items ?? [])].sort((a, b) => Number(b.pinned) - Number(a.pinned));
  const options = [{ id: PLAN, name: t('scenarios.plan') }, ...pinnedFirst];
  const toggle = (id: string) => onCompare(asked.includes(id) ? asked.filter((each) => each !== id) : [...asked, id]);
  return (
    <Group component="fieldset" gap="md" bd={0} p={0} m={0} miw={0}>
      <Text component="legend" size="sm" fw={600} mb={4}>
        {t('scenarios.compare', { most: MOST_COMPARED })}
      </Text>
      {options.map((option) => (
        <Checkbox
          key={option.id}
          label={option.name}
          checked={asked.includes(option.id)}
          disabled={!asked.includes(option.id) && asked.length >= MOST_COMPARED}
          onChange={() => toggle(option.id)}
        />
      ))}
    </Group>
  );
}
