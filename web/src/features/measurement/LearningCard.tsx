import { Alert, Anchor, Badge, Button, Collapse, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getLearningReportOptions, listMemoryOptions, listMemoryQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { forgetMemory } from '@/api/generated/sdk.gen';
import type { LearningReport, Memory } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { formatDay, formatPercent } from '@/lib/format';
import { ArmsTable } from './ArmsTable';

/** Whether feedback made ideas better on what it did not see, and what is remembered of it. */
export function LearningCard({ brand }: { brand: string }) {
  const { t } = useTranslation();
  const report = useQuery({ ...getLearningReportOptions({ query: { brand_id: brand } }), throwOnError: false });
  return (
    <Paper withBorder p="md" component="section" aria-labelledby="learning">
      <Title order={2} mb="xs" id="learning">
        {t('learning.title')}
      </Title>
      <Async query={report} what={t('learning.title')} rows={3}>
        {(found) => <Report report={found} />}
      </Async>
      <MemoryList brand={brand} />
    </Paper>
  );
}

function Report({ report }: { report: LearningReport }) {
  const { t } = useTranslation();
  const [shown, { toggle }] = useDisclosure(false);
  const { before, after, low, high, n } = report.held_out;
  const word = report.improved === null ? 'unknown' : report.improved ? 'improved' : 'notImproved';
  const known = [before, after, low, high].every((figure) => figure !== null);
  return (
    <Stack gap="xs">
      <Alert color={report.improved === null ? 'blue' : report.improved ? 'green' : 'yellow'} title={t(`learning.${word}`)} role="status">
        {report.words}
      </Alert>
      {known && (
        <Text size="xs" c="dimmed">
          {t('learning.heldOut', {
            before: formatPercent(before ?? 0),
            after: formatPercent(after ?? 0),
            low: formatPercent(low ?? 0),
            high: formatPercent(high ?? 0),
            n,
          })}
        </Text>
      )}
      {report.arms.length > 0 && (
        <>
          <Button size="compact-xs" variant="subtle" onClick={toggle} aria-expanded={shown} style={{ alignSelf: 'flex-start' }}>
            {t(shown ? 'learning.hideArms' : 'learning.showArms')}
          </Button>
          <Collapse expanded={shown}>
            <ArmsTable arms={report.arms} />
          </Collapse>
        </>
      )}
    </Stack>
  );
}

function MemoryList({ brand }: { brand: string }) {
  const { t } = useTranslation();
  const query = useQuery({ ...listMemoryOptions({ query: { brand_id: brand } }), throwOnError: false });
  return (
    <>
      <Title order={3} mt="md">
        {t('learning.memory')}
      </Title>
      <Text size="xs" c="dimmed" mb="xs">
        {t('learning.memoryText')}
      </Text>
      <Async query={query} what={t('learning.memory')} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm">{t('learning.none')}</Text>
          ) : (
            <Stack component="ul" className="plain-list" gap="sm">
              {items.map((memory) => (
                <MemoryRow key={memory.id} memory={memory} />
              ))}
            </Stack>
          )
        }
      </Async>
    </>
  );
}

/** A weak memory is as good as none yet: it has no colour. */
const colorOf = ({ strength, direction }: Memory): string => (strength === 'weak' ? 'gray' : direction === 'more' ? 'green' : 'orange');

function MemoryRow({ memory }: { memory: Memory }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const mayPlan = useCan('plan');
  const [shown, { toggle }] = useDisclosure(false);
  const forget = useMutation({
    mutationFn: () => forgetMemory({ path: { memory_id: memory.id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: listMemoryQueryKey() }),
  });
  return (
    <li>
      <Group gap="xs" wrap="nowrap" align="flex-start" justify="space-between">
        <Text size="sm">{memory.text}</Text>
        <Badge variant="light" color={colorOf(memory)} tt="none" flex="none">
          {t(`learning.strength.${memory.strength}`)}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed">
        {[
          t(`learning.kind.${memory.about.kind}`),
          memory.segment_name || t('learning.everyone'),
          t('learning.likes', { number: memory.likes.n }),
          t('learning.results', { number: memory.results.n }),
        ].join(' · ')}
      </Text>
      <Group gap="xs">
        <Button size="compact-xs" variant="subtle" onClick={toggle} aria-expanded={shown}>
          {t('learning.evidence', { count: memory.evidence.length })}
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          color="red"
          disabled={!mayPlan}
          loading={forget.isPending}
          onClick={() => forget.mutate()}
          aria-label={t('learning.forgetNamed', { text: memory.text })}
        >
          {t('learning.forget')}
        </Button>
      </Group>
      <Collapse expanded={shown}>
        <ul className="plain-list">
          {memory.evidence.map((record) => (
            <li key={record.id}>
              <Anchor component={Link} to={record.url} size="xs">
                {record.title}
              </Anchor>{' '}
              <Text span size="xs" c="dimmed">
                {formatDay(record.on)}
              </Text>
            </li>
          ))}
        </ul>
      </Collapse>
    </li>
  );
}
