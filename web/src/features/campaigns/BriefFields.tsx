import { Chip, Group, NumberInput, Radio, Select, SimpleGrid, Stack, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Knowledge, Service } from '@/api/generated/types.gen';
import { MoneyInput } from '@/components/MoneyInput';
import classes from './Brief.module.css';
import { BriefLimits } from './BriefLimits';
import { type BriefValues, OBJECTIVES } from './briefForm';

type Props = {
  form: UseFormReturnType<BriefValues>;
  services: readonly Service[];
  ownService: boolean;
  currency: string;
  channels: Knowledge['channels'];
  segments: Knowledge['segments'];
};

function Section({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset className={classes.section}>
      <legend className={classes.legend}>{legend}</legend>
      <Stack gap="sm">{children}</Stack>
    </fieldset>
  );
}

const parts = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

/** The five questions of the brief; only the first three must be answered. */
export function BriefFields({ form, services, ownService, currency, channels, segments }: Props) {
  const { t } = useTranslation();
  const audience = parts(form.values.target_audience);
  const toggle = (name: string, on: boolean) =>
    form.setFieldValue('target_audience', (on ? [...audience, name] : audience.filter((part) => part !== name)).join(', '));
  return (
    <>
      <Section legend={t('brief.what')}>
        {ownService ? (
          <TextInput
            label={t('brief.newService')}
            description={t('brief.newServiceHelp')}
            key={form.key('new_service')}
            {...form.getInputProps('new_service')}
          />
        ) : (
          <Select
            label={t('brief.service')}
            placeholder={t('brief.servicePick')}
            searchable
            openOnFocus={false}
            comboboxProps={{ withinPortal: false }}
            data={services.map((s) => ({ value: s.id, label: s.name }))}
            key={form.key('service_id')}
            {...form.getInputProps('service_id')}
            value={form.values.service_id || null}
            onChange={(id) => form.setFieldValue('service_id', id ?? '')}
          />
        )}
        <TextInput label={t('brief.theme')} description={t('brief.themeHelp')} key={form.key('theme')} {...form.getInputProps('theme')} />
      </Section>
      <Section legend={t('brief.goalTitle')}>
        <Radio.Group aria-label={t('brief.goalTitle')} key={form.key('objective')} {...form.getInputProps('objective')}>
          <Group gap="md">
            {OBJECTIVES.map((goal) => (
              <Radio key={goal} value={goal} label={t(`brief.goal.${goal}`)} />
            ))}
          </Group>
        </Radio.Group>
        <NumberInput
          label={t('brief.target')}
          description={t('brief.targetHelp')}
          hideControls
          thousandSeparator=","
          maw={260}
          key={form.key('target_outcome')}
          {...form.getInputProps('target_outcome')}
        />
      </Section>
      <Section legend={t('brief.money')}>
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <MoneyInput
            label={t('brief.budget')}
            currency={currency}
            key={form.key('total_budget')}
            {...form.getInputProps('total_budget')}
          />
          <TextInput type="date" label={t('brief.start')} key={form.key('start_date')} {...form.getInputProps('start_date')} />
          <TextInput type="date" label={t('brief.end')} key={form.key('end_date')} {...form.getInputProps('end_date')} />
        </SimpleGrid>
        <BriefLimits form={form} channels={channels} currency={currency} />
      </Section>
      <Section legend={t('brief.whom')}>
        {segments.length > 0 && (
          <Group gap="xs" role="group" aria-label={t('brief.segments')}>
            {segments.map((segment) => (
              <Chip key={segment.id} size="xs" checked={audience.includes(segment.name)} onChange={(on) => toggle(segment.name, on)}>
                {segment.name}
              </Chip>
            ))}
          </Group>
        )}
        <TextInput
          label={t('brief.audience')}
          description={t('brief.audienceHelp')}
          key={form.key('target_audience')}
          {...form.getInputProps('target_audience')}
        />
      </Section>
      <Section legend={t('brief.else')}>
        <Textarea
          label={t('brief.notes')}
          description={t('brief.notesHelp')}
          autosize
          minRows={3}
          key={form.key('notes')}
          {...form.getInputProps('notes')}
        />
      </Section>
    </>
  );
}
