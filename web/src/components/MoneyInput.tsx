import { NumberInput, type NumberInputProps } from '@mantine/core';
import { minorDigits } from '@/lib/money';

type Props = Omit<NumberInputProps, 'prefix' | 'suffix'> & { currency: string };

/** An amount in `currency`, with thousands apart and no more digits than the currency has. */
export function MoneyInput({ currency, ...rest }: Props) {
  return (
    <NumberInput
      hideControls
      thousandSeparator=","
      decimalScale={minorDigits(currency)}
      suffix={` ${currency}`}
      inputMode="decimal"
      {...rest}
    />
  );
}
