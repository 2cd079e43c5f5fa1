import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';

type Props = {
  brands: readonly { id: string; name: string }[];
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  always?: boolean;
};

/** Chooses a brand; nothing is shown while there is only one, unless `always`. */
export function BrandSelect({ brands, value, onChange, always = false }: Props) {
  const { t } = useTranslation();
  if (brands.length < 2 && !always) return null;
  return (
    <Select
      label={t('market.brand')}
      maw={320}
      data={brands.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}
