import { Badge, Button, Group, Paper, SimpleGrid, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Globe, Package, Plus, Search, Upload } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useBrand } from '@/api/brands';
import { listServicesOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { Service } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { useGone } from '@/lib/deletions';
import { formatMoney } from '@/lib/money';
import { useUrlState } from '@/lib/useUrlState';

const ServicePeek = lazy(async () => ({ default: (await import('./ServicePeek')).ServicePeek }));

const DraftDialog = lazy(async () => ({ default: (await import('./DraftDialog')).DraftDialog }));

const PLACE: { q: string | undefined; service: string | undefined } = { q: undefined, service: undefined };

/** Services and products; each opens beside the list, and new ones are written by hand, read from a site, or imported. */
export function CatalogueTab() {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [place, setPlace] = useUrlState(PLACE);
  const gone = useGone();
  const [drafting, setDrafting] = useState(false);
  const { brand } = useBrand();
  const [settled] = useDebouncedValue(place.q ?? '', 200);
  const query = useQuery({
    ...listServicesOptions({ query: { limit: 100, ...(settled && { query: settled }) } }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Group mb="md" justify="space-between">
        <TextInput
          aria-label={t('services.search')}
          placeholder={t('services.search')}
          leftSection={<Search size={16} aria-hidden />}
          value={place.q ?? ''}
          onChange={(event) => setPlace({ q: event.currentTarget.value })}
          flex="1 1 220px"
          maw={420}
        />
        <Group gap="xs">
          <Button component={Link} to="/import/services" variant="default" leftSection={<Upload size={16} aria-hidden />}>
            {t('imports.services')}
          </Button>
          <Button
            variant="default"
            leftSection={<Globe size={16} aria-hidden />}
            disabled={!mayPlan || !brand}
            onClick={() => setDrafting(true)}
          >
            {t('services.readSite')}
          </Button>
          <Button leftSection={<Plus size={16} aria-hidden />} disabled={!mayPlan || !brand} onClick={() => setPlace({ service: 'new' })}>
            {t('services.add')}
          </Button>
        </Group>
      </Group>
      <Async query={query} what={t('services.tab')} rows={4} height={120}>
        {({ items: all }) => {
          const items = all.filter(({ id }) => !gone.has(id));
          return items.length === 0 ? (
            <Notice title={t('services.none')} text={settled ? t('services.noMatch') : t('services.noneText')} icon={<Package />} />
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {items.map((service) => (
                <ServiceCard key={service.id} service={service} onOpen={() => setPlace({ service: service.id })} />
              ))}
            </SimpleGrid>
          );
        }}
      </Async>
      <Suspense fallback={null}>
        {place.service && <ServicePeek key={place.service} id={place.service} onClose={() => setPlace({ service: undefined })} />}
        {drafting && <DraftDialog onClose={() => setDrafting(false)} onSaved={(service) => setPlace({ service })} />}
      </Suspense>
    </>
  );
}

function ServiceCard({ service, onOpen }: { service: Service; onOpen: () => void }) {
  const { t } = useTranslation();
  return (
    <Paper component="article" withBorder p="lg" aria-label={service.name}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb={4}>
        <UnstyledButton onClick={onOpen}>
          <Title order={2}>{service.name}</Title>
        </UnstyledButton>
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
