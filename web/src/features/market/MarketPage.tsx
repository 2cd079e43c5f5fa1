import { Badge, Button, Group, Paper, Select, Stack, Table, Tabs, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { LineChart, Newspaper, Search, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import {
  getActualsSummaryOptions,
  listBrandsOptions,
  listChannelsOptions,
  listSignalsOptions,
} from '@/api/generated/@tanstack/react-query.gen';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { formatAgo, formatDayRange, formatNumber } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { useUrlState } from '@/lib/useUrlState';

const PLACE: { tab: string; q: string | undefined; brand: string | undefined } = { tab: 'signals', q: undefined, brand: undefined };

/** An impact from 0 to 1 in words. */
const impactOf = (impact: number) => (impact >= 0.66 ? 'high' : impact >= 0.33 ? 'medium' : 'low');

/** What happens in the market, and what past spend brought. */
export function MarketPage() {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  return (
    <>
      <PageHeader
        title={t('nav.market')}
        facts={t('market.facts')}
        actions={
          <>
            <Button component={Link} to="/import/signals" variant="default" leftSection={<Upload size={16} aria-hidden />}>
              {t('imports.signals')}
            </Button>
            <Button component={Link} to="/import/actuals" variant="default" leftSection={<Upload size={16} aria-hidden />}>
              {t('imports.actuals')}
            </Button>
          </>
        }
      />
      <Tabs value={place.tab} onChange={(tab) => setPlace({ tab: tab ?? undefined })} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t('nav.market')}>
          <Tabs.Tab value="signals">{t('market.signals')}</Tabs.Tab>
          <Tabs.Tab value="actuals">{t('market.actuals')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="signals">
          <Signals words={place.q ?? ''} onWords={(q) => setPlace({ q })} />
        </Tabs.Panel>
        <Tabs.Panel value="actuals">
          <Actuals chosen={place.brand} onChoose={(brand) => setPlace({ brand })} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Signals({ words, onWords }: { words: string; onWords: (words: string) => void }) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue(words, 200);
  const query = useQuery({
    ...listSignalsOptions({ query: { limit: 100, ...(settled && { query: settled }) } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <TextInput
        aria-label={t('market.search')}
        placeholder={t('market.search')}
        leftSection={<Search size={16} aria-hidden />}
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
        maw={420}
        mb="md"
      />
      <Async query={query} what={t('market.signals')} rows={5} height={80}>
        {(page) =>
          page.items.length === 0 ? (
            <Notice title={t('market.none')} text={settled ? t('market.noMatch') : t('market.noneText')} icon={<Newspaper />} />
          ) : (
            <Stack component="ul" className="plain-list" gap="sm">
              {page.items.map((signal) => (
                <Paper key={signal.id} component="li" withBorder p="md">
                  <Group gap="xs" mb={4}>
                    <Title order={2}>{signal.title}</Title>
                    <Badge variant="light" color={impactOf(signal.impact) === 'high' ? 'orange' : 'gray'} tt="none">
                      {t(`market.impact.${impactOf(signal.impact)}`)}
                    </Badge>
                  </Group>
                  <Text size="xs" c="dimmed" mb={4}>
                    {[signal.source, formatAgo(signal.timestamp)].join(' · ')}
                  </Text>
                  <Text size="sm" lineClamp={3}>
                    {signal.content}
                  </Text>
                </Paper>
              ))}
            </Stack>
          )
        }
      </Async>
    </>
  );
}

function Actuals({ chosen, onChoose }: { chosen: string | undefined; onChoose: (brand: string | undefined) => void }) {
  const { t } = useTranslation();
  const brands = useQuery(listBrandsOptions({ query: { limit: 100 } }));
  const channels = useQuery({ ...listChannelsOptions(), throwOnError: false });
  const nameOf = (channel: string) => channels.data?.items.find((c) => c.channel === channel)?.name ?? channel;
  const brand = chosen ?? brands.data?.items[0]?.id ?? '';
  const query = useQuery({ ...getActualsSummaryOptions({ query: { brand_id: brand } }), enabled: brand !== '' });
  if (brands.data?.items.length === 0)
    return <Notice title={t('market.noActuals')} text={t('market.noActualsText')} icon={<LineChart />} />;
  return (
    <>
      <Select
        label={t('market.brand')}
        maw={320}
        mb="md"
        allowDeselect={false}
        data={(brands.data?.items ?? []).map((b) => ({ value: b.id, label: b.name }))}
        value={brand || null}
        onChange={(id) => onChoose(id ?? undefined)}
      />
      <Async query={query} what={t('market.actuals')}>
        {(summary) =>
          summary.channels.length === 0 ? (
            <Notice title={t('market.noActuals')} text={t('market.noActualsText')} icon={<LineChart />} />
          ) : (
            <Paper withBorder>
              <Table.ScrollContainer
                minWidth={520}
                scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t('market.actuals') } }}
              >
                <Table verticalSpacing="sm">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t('market.what')}</Table.Th>
                      <Table.Th>{t('market.span')}</Table.Th>
                      <Table.Th ta="end">{t('market.total')}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {summary.channels.map((row) => (
                      <Table.Tr key={row.channel}>
                        <Table.Td>{nameOf(row.channel)}</Table.Td>
                        <Table.Td>{t('market.weeks', { range: formatDayRange(row.first_day, row.last_day), count: row.weeks })}</Table.Td>
                        <Table.Td ta="end">{formatMoney(row.spend)}</Table.Td>
                      </Table.Tr>
                    ))}
                    {summary.metrics.map((row) => (
                      <Table.Tr key={row.metric}>
                        <Table.Td>{row.metric}</Table.Td>
                        <Table.Td>{formatDayRange(row.first_day, row.last_day)}</Table.Td>
                        <Table.Td ta="end">{formatNumber(row.total)}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            </Paper>
          )
        }
      </Async>
    </>
  );
}
