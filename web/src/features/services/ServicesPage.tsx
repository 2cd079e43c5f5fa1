import { Badge, Button, Group, Paper, SimpleGrid, Stack, Tabs, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Package, Search, Upload, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listSegmentsOptions, listServicesOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Service } from '@/api/generated/types.gen';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { formatNumber } from '@/lib/format';
import { formatMoney } from '@/lib/money';
import { useUrlState } from '@/lib/useUrlState';

const PLACE: { tab: string; q: string | undefined } = { tab: 'services', q: undefined };

/** What is on offer, and for whom. */
export function ServicesPage() {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  return (
    <>
      <PageHeader
        title={t('nav.services')}
        facts={t('services.facts')}
        actions={
          <>
            <Button component={Link} to="/import/services" variant="default" leftSection={<Upload size={16} aria-hidden />}>
              {t('imports.services')}
            </Button>
            <Button component={Link} to="/import/customers" variant="default" leftSection={<Upload size={16} aria-hidden />}>
              {t('imports.customers')}
            </Button>
          </>
        }
      />
      <Tabs value={place.tab} onChange={(tab) => setPlace({ tab: tab ?? undefined })} keepMounted={false}>
        <Tabs.List mb="md" aria-label={t('nav.services')}>
          <Tabs.Tab value="services">{t('services.tab')}</Tabs.Tab>
          <Tabs.Tab value="audiences">{t('services.audiencesTab')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="services">
          <Catalogue words={place.q ?? ''} onWords={(q) => setPlace({ q })} />
        </Tabs.Panel>
        <Tabs.Panel value="audiences">
          <Audiences />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Catalogue({ words, onWords }: { words: string; onWords: (words: string) => void }) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue(words, 200);
  const query = useQuery({
    ...listServicesOptions({ query: { limit: 100, ...(settled && { query: settled }) } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <TextInput
        aria-label={t('services.search')}
        placeholder={t('services.search')}
        leftSection={<Search size={16} aria-hidden />}
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
        maw={420}
        mb="md"
      />
      <Async query={query} what={t('services.tab')} rows={4} height={120}>
        {(page) =>
          page.items.length === 0 ? (
            <Notice title={t('services.none')} text={settled ? t('services.noMatch') : t('services.noneText')} icon={<Package />} />
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {page.items.map((service) => (
                <ServiceCard key={service.id} service={service} />
              ))}
            </SimpleGrid>
          )
        }
      </Async>
    </>
  );
}

function ServiceCard({ service }: { service: Service }) {
  const { t } = useTranslation();
  return (
    <Paper component="article" withBorder p="lg" aria-label={service.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb={4}>
        <Title order={2}>{service.name}</Title>
        {service.price && (
          <Text size="sm" fw={600}>
            {formatMoney(service.price)}
          </Text>
        )}
      </Group>
      {service.category && (
        <Badge variant="light" color="gray" tt="none" mb="xs">
          {service.category}
        </Badge>
      )}
      <Text size="sm" mb="xs" lineClamp={3}>
        {service.description}
      </Text>
      <Text size="sm" c="dimmed">
        {t('services.facts2', { benefits: service.benefits.length, proofs: service.proofs.length })}
      </Text>
    </Paper>
  );
}

function Audiences() {
  const { t } = useTranslation();
  const query = useQuery(listSegmentsOptions());
  return (
    <Async query={query} what={t('services.audiencesTab')}>
      {(page) =>
        page.items.length === 0 ? (
          <Notice title={t('services.noAudiences')} text={t('services.noAudiencesText')} icon={<Users />} />
        ) : (
          <Stack component="ul" className="plain-list" gap="sm">
            {page.items.map((segment) => (
              <Paper key={segment.id} component="li" withBorder p="md">
                <Group justify="space-between">
                  <Text fw={600}>{segment.name}</Text>
                  <Text size="sm">{t('services.customers', { count: segment.customers, number: formatNumber(segment.customers) })}</Text>
                </Group>
                <Text size="sm" c="dimmed">
                  {segment.description}
                </Text>
              </Paper>
            ))}
          </Stack>
        )
      }
    </Async>
  );
}
