import { Collapse, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { MoneyInput } from '@/components/MoneyInput';
import classes from './Brief.module.css';
import { type BriefValues, limitedChannels } from './briefForm';

type Props = { form: UseFormReturnType<BriefValues>; channels: readonly { channel: string; name: string }[]; currency: string };

/** Optional least and most spend per channel, folded away until wanted. */
export function BriefLimits({ form, channels, currency }: Props) {
  const { t } = useTranslation();
  const count = limitedChannels(form.values).length;
  const wrong = Object.keys(form.errors).some((path) => path.startsWith('limits.'));
  const [opened, { toggle }] = useDisclosure(count > 0);
  const open = opened || wrong;
  if (channels.length === 0) return null;
  return (
    <div>
      <UnstyledButton onClick={toggle} aria-expanded={open} className={classes.fold}>
        {open ? <ChevronDown size={16} aria-hidden /> : <ChevronRight size={16} aria-hidden />}
        <Text size="sm" fw={500}>
          {t('brief.limits')}
        </Text>
        <Text size="sm" c="dimmed">
          {count > 0 ? t('brief.limitsSet', { count }) : t('common.optional')}
        </Text>
      </UnstyledButton>
      <Collapse expanded={open} transitionDuration={0}>
        <Stack gap="xs" mt="xs">
          {channels.map(({ channel, name }) => (
            <Group key={channel} gap="sm" align="flex-end" className={classes.limit} role="group" aria-label={name}>
              <Text size="sm" className={classes.limitName}>
                {name}
              </Text>
              <MoneyInput
                label={t('brief.minimum')}
                aria-label={t('brief.minimumOf', { name })}
                currency={currency}
                {...form.getInputProps(`limits.${channel}.minimum`)}
                value={form.values.limits[channel]?.minimum ?? ''}
                onChange={(value) =>
                  form.setFieldValue(`limits.${channel}`, { maximum: '', ...form.values.limits[channel], minimum: value })
                }
              />
              <MoneyInput
                label={t('brief.maximum')}
                aria-label={t('brief.maximumOf', { name })}
                currency={currency}
                {...form.getInputProps(`limits.${channel}.maximum`)}
                value={form.values.limits[channel]?.maximum ?? ''}
                onChange={(value) =>
                  form.setFieldValue(`limits.${channel}`, { minimum: '', ...form.values.limits[channel], maximum: value })
                }
              />
            </Group>
          ))}
        </Stack>
      </Collapse>
    </div>
  );
}
