import { Anchor, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { safeLink } from '@/lib/paths';
import type { ServiceValues } from './serviceForm';

/** Where a drafted field was read: the exact words and their page. */
export type Origin = { quote: string; url: string };
export type Origins = ReadonlyMap<string, readonly Origin[]>;

/** What a field is called in the form. */
export function labelOf(t: TFunction, field: string, currency: string): string {
  if (field === 'price') return t('services.price', { currency });
  if (field === 'target_audience') return t('services.audience');
  return t(`services.${field as 'name' | 'category' | 'description' | 'benefits' | 'proofs'}`);
}

type Props = { form: UseFormReturnType<ServiceValues>; currency: string; origins?: Origins };

/** The fields of a service; each that was read from a site shows the words it comes from. */
export function ServiceFields({ form, currency, origins }: Props) {
  const { t } = useTranslation();
  const about = (field: keyof ServiceValues) =>
    origins?.get(field)?.map((origin) => <ReadFrom key={`${origin.url}-${origin.quote}`} origin={origin} />);
  return (
    <Stack gap="sm">
      <TextInput required label={t('services.name')} inputContainer={below(about('name'))} {...form.getInputProps('name')} />
      <TextInput label={t('services.category')} inputContainer={below(about('category'))} {...form.getInputProps('category')} />
      <Textarea
        autosize
        minRows={2}
        label={t('services.description')}
        inputContainer={below(about('description'))}
        {...form.getInputProps('description')}
      />
      <TextInput
        label={t('services.audience')}
        inputContainer={below(about('target_audience'))}
        {...form.getInputProps('target_audience')}
      />
      <Textarea
        autosize
        minRows={2}
        label={t('services.benefits')}
        description={t('services.lines')}
        inputContainer={below(about('benefits'))}
        {...form.getInputProps('benefits')}
      />
      <Textarea
        autosize
        minRows={2}
        label={t('services.proofs')}
        description={t('services.proofsHelp')}
        inputContainer={below(about('proofs'))}
        {...form.getInputProps('proofs')}
      />
      <NumberInput
        label={t('services.price', { currency })}
        min={0}
        decimalScale={2}
        thousandSeparator=","
        maw={220}
        hideControls
        inputContainer={below(about('price'))}
        {...form.getInputProps('price')}
      />
    </Stack>
  );
}

const below = (shown: ReactNode) => (children: ReactNode) => (
  <>
    {children}
    {shown}
  </>
);

function ReadFrom({ origin: { quote, url } }: { origin: Origin }) {
  const { t } = useTranslation();
  const link = safeLink(url);
  return (
    <Text size="xs" c="dimmed" mt={2} lineClamp={2}>
      {t('services.readFrom', { quote })}{' '}
      {link && (
        <Anchor href={link} target="_blank" rel="noreferrer noopener" size="xs">
          {new URL(link).pathname}
        </Anchor>
      )}
    </Text>
  );
}
