import { Select, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportPreview } from '@/api/generated/types.gen';
import { WideTable } from '@/components/WideTable';

type Props = {
  preview: ImportPreview;
  mapping: Record<string, string | null>;
  onMap: (column: string, field: string | null) => void;
};

/** Each column of the file, a few of its values, and the field it fills. */
export function MappingTable({ preview, mapping, onMap }: Props) {
  const { t } = useTranslation();
  const taken = new Set(Object.values(mapping));
  const missing = preview.fields.filter((field) => field.required && !taken.has(field.name));
  return (
    <>
      {missing.length > 0 && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {t('imports.missing', { fields: missing.map((field) => field.name).join(', ') })}
        </Text>
      )}
      <WideTable label={t('imports.mapping')} minWidth={520}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('imports.column')}</Table.Th>
            <Table.Th>{t('imports.values')}</Table.Th>
            <Table.Th>{t('imports.field')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.headers.map((header) => (
            <Table.Tr key={header}>
              <Table.Td>{header}</Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed" lineClamp={1}>
                  {preview.sample
                    .map((row) => row[mapping[header] ?? ''])
                    .filter(Boolean)
                    .slice(0, 3)
                    .join(' · ')}
                </Text>
              </Table.Td>
              <Table.Td>
                <Select
                  size="xs"
                  aria-label={t('imports.fieldOf', { column: header })}
                  placeholder={t('imports.ignored')}
                  clearable
                  clearButtonProps={{ 'aria-label': t('imports.ignore', { column: header }) }}
                  data={preview.fields.map((field) => ({ value: field.name, label: field.name }))}
                  value={mapping[header] ?? null}
                  onChange={(field) => onMap(header, field)}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </>
  );
}
