import { List, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ConnectionPreview } from '@/api/generated/types.gen';
import { WideTable } from '@/components/WideTable';
import { cellWords } from './cellWords';
import type { CrmObject } from './useConnections';

/** Rows as they would be read, and the cells that cannot be. */
export function PreviewTable({ object, preview }: { object: CrmObject; preview: ConnectionPreview }) {
  const { t, i18n } = useTranslation();
  const heading = (column: string) =>
    i18n.exists(`connections.field.${column}`) ? t(`connections.field.${column as 'name'}`) : column.replaceAll('_', ' ');
  const rows = preview[object];
  const errors = preview.errors.filter((error) => error.object === object);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <>
      <Text size="sm" fw={600} mt="md" role="status">
        {t('connections.previewOf', { count: rows.length })}
      </Text>
      {errors.length > 0 && (
        <List size="sm" role="alert">
          {errors.map((error) => (
            <List.Item key={`${error.external_id}-${error.field}`}>
              {t('connections.cell', { id: error.external_id, field: error.field, reason: error.reason })}
            </List.Item>
          ))}
        </List>
      )}
      {rows.length > 0 && (
        <WideTable label={t('connections.preview')} minWidth={640}>
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>{heading(column)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.external_id || JSON.stringify(row)}>
                {columns.map((column) => (
                  <Table.Td key={column}>{cellWords(column, row[column] ?? '')}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </>
  );
}
