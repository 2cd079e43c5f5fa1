import { NumberInput, type NumberInputProps } from '@mantine/core';
import { minorDigits, moneyMarks } from '@/lib/money';

type Props = Omit<NumberInputProps, 'prefix' | 'suffix'> & { currency: string };

/** An amount in `currency`, written as amounts are everywhere, with no more digits than the currency has. */
export function MoneyInput({ currency, ...rest }: Props) {
  return <NumberInput hideControls decimalScale={minorDigits(currency)} {...moneyMarks(currency)} inputMode="decimal" {...rest} />;
}
