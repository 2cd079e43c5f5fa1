import { Badge, Box, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus, Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrand } from '@/api/brands';
import { listSegmentFieldsOptions, listSegmentsOptions, listSegmentsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { deleteSegment } from '@/api/generated/sdk.gen';
import type { Segment } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { BrandSelect } from '@/components/BrandSelect';
import { Notice } from '@/components/Notice';
import { useUndoableDelete } from '@/components/useUndoableDelete';
import { useGone } from '@/lib/deletions';
import { formatNumber } from '@/lib/format';
import { useUrlState } from '@/lib/useUrlState';
import { useRuleWords } from './useRuleWords';

const SegmentDialog = lazy(async () => ({ default: (await import('./SegmentDialog')).SegmentDialog }));

const PLACE: { brand: string | undefined } = { brand: undefined };

/** Groups of customers: by hand or by rules, counted as they are now. */
export function AudiencesTab() {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [place, setPlace] = useUrlState(PLACE);
  const { brands, brand } = useBrand(place.brand);
  const gone = useGone();
  const [shown, setShown] = useState<Segment | 'new'>();
  const query = useQuery(listSegmentsOptions({ query: brand ? { brand_id: brand.id } : {} }));
  const add = (
    <Button size="xs" leftSection={<Plus size={14} aria-hidden />} disabled={!mayPlan || !brand} onClick={() => setShown('new')}>
      {t('segments.add')}
    </Button>
  );
  return (
    <Box maw={860}>
      <Group justify="space-between" mb="md" align="flex-end">
        <BrandSelect brands={brands} value={brand?.id} onChange={(id) => setPlace({ brand: id })} />
        {add}
      </Group>
      <Async query={query} what={t('services.audiencesTab')}>
        {({ items: all }) => {
          const items = all.filter(({ id }) => !gone.has(id));
          return items.length === 0 ? (
            <Notice title={t('services.noAudiences')} text={t('services.noAudiencesText')} icon={<Users />} />
          ) : (
            <Stack component="ul" className="plain-list" gap="sm">
              {items.map((segment) => (
                <SegmentRow key={segment.id} segment={segment} may={mayPlan} onEdit={() => setShown(segment)} />
              ))}
            </Stack>
          );
        }}
      </Async>
      <Suspense fallback={null}>
        {shown && brand && (
          <SegmentDialog
            segment={shown === 'new' ? undefined : shown}
            brandId={shown === 'new' ? brand.id : shown.brand_id}
            onClose={() => setShown(undefined)}
          />
        )}
      </Suspense>
    </Box>
  );
}

function SegmentRow({ segment, may, onEdit }: { segment: Segment; may: boolean; onEdit: () => void }) {
  const { t } = useTranslation();
  const fields = useQuery({ ...listSegmentFieldsOptions(), throwOnError: false, enabled: segment.rules.length > 0 });
  const inWords = useRuleWords(fields.data?.items ?? []);
  const remove = useUndoableDelete(
    (id) => deleteSegment({ path: { segment_id: id }, keepalive: true }),
    () => [listSegmentsQueryKey()],
  );
  return (
    <Paper component="li" withBorder p="md" aria-label={segment.name}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Group gap="xs">
            <Title order={2}>{segment.name}</Title>
            {segment.automatic && (
              <Badge variant="light" color="blue" tt="none">
                {t('segments.automatic')}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {segment.description}
          </Text>
          {segment.rules.map((rule) => (
            <Text key={`${rule.field}-${rule.op}-${String(rule.value)}`} size="sm">
              {inWords(rule)}
            </Text>
          ))}
        </div>
        <Text size="sm">{t('services.customers', { count: segment.customers, number: formatNumber(segment.customers) })}</Text>
      </Group>
      <Group gap="xs" mt="xs">
        <Button size="compact-xs" variant="default" disabled={!may} onClick={onEdit}>
          {t('segments.edit')}
        </Button>
        <Button size="compact-xs" variant="subtle" color="red" disabled={!may} onClick={() => remove(segment)}>
          {t('common.delete')}
        </Button>
      </Group>
    </Paper>
  );
}
