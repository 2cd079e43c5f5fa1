import { ActionIcon, Button, Group, Popover, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { SlidersHorizontal } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MoneyInput } from '@/components/MoneyInput';
import type { ChannelInput } from './inputs';

type Props = { name: string; currency: string; input: ChannelInput; disabled: boolean; onChange: (patch: ChannelInput) => void };

const amount = (value: number | string) => (value === '' ? undefined : Number(value));

/** Least and most that the optimiser may give a channel. */
export function LimitsMenu({ name, currency, input, disabled, onChange }: Props) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const [minimum, setMinimum] = useState<number | string>('');
  const [maximum, setMaximum] = useState<number | string>('');
  const limited = input.minimum !== undefined || input.maximum !== undefined;
  const start = () => {
    setMinimum(input.minimum ?? '');
    setMaximum(input.maximum ?? '');
    open();
  };
  const crossed = minimum !== '' && maximum !== '' && Number(minimum) > Number(maximum);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (crossed) return;
    onChange({ minimum: amount(minimum), maximum: amount(maximum) });
    close();
  };
  return (
    <Popover opened={opened} onChange={(next) => !next && close()} trapFocus returnFocus position="bottom-end" withinPortal>
      <Popover.Target>
        <ActionIcon
          variant={limited ? 'light' : 'subtle'}
          color={limited ? 'brand' : 'gray'}
          size="lg"
          disabled={disabled}
          aria-label={t('budget.limits', { name })}
          onClick={opened ? close : start}
        >
          <SlidersHorizontal size={16} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('budget.limits', { name })}>
        <form onSubmit={apply}>
          <Stack gap="sm">
            <MoneyInput label={t('brief.minimum')} currency={currency} min={0} value={minimum} onChange={setMinimum} />
            <MoneyInput
              label={t('brief.maximum')}
              currency={currency}
              min={0}
              value={maximum}
              onChange={setMaximum}
              error={crossed ? t('budget.crossed') : undefined}
            />
            <Group justify="flex-end" gap="xs">
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  onChange({ minimum: undefined, maximum: undefined });
                  close();
                }}
              >
                {t('budget.noLimits')}
              </Button>
              <Button size="xs" type="submit">
                {t('budget.apply')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
