import { Box, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useBrand } from '@/api/brands';
import { BrandSelect } from '@/components/BrandSelect';
import { DocumentList } from '@/features/documents/DocumentList';
import { useUrlState } from '@/lib/useUrlState';

const PLACE: { q: string | undefined; brand: string | undefined } = { q: undefined, brand: undefined };

/** All documents of the workspace; new ones belong to the chosen brand. */
export function DocumentsTab() {
  const { t } = useTranslation();
  const [place, setPlace] = useUrlState(PLACE);
  const [settled] = useDebouncedValue(place.q ?? '', 200);
  const { brands, brand } = useBrand(place.brand);
  return (
    <Box maw={860}>
      <TextInput
        aria-label={t('documents.search')}
        placeholder={t('documents.search')}
        leftSection={<Search size={16} aria-hidden />}
        value={place.q ?? ''}
        onChange={(event) => setPlace({ q: event.currentTarget.value })}
        maw={420}
        mb="md"
      />
      <Box mb="md">
        <BrandSelect brands={brands} value={brand?.id} onChange={(id) => setPlace({ brand: id })} />
      </Box>
      <DocumentList brandId={brand?.id} words={settled} />
    </Box>
  );
}
