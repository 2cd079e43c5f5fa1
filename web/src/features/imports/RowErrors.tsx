import { List, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RowError } from '@/api/generated/types.gen';

const SHOWN = 20;

/** Rows that cannot be read, each with line, column and reason. */
export function RowErrors({ title, errors }: { title: string; errors: readonly RowError[] }) {
  const { t } = useTranslation();
  if (errors.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mt="xs">
        {title}
      </Text>
      <List size="sm">
        {errors.slice(0, SHOWN).map((error) => (
          <List.Item key={`${error.line}-${error.column}-${error.reason}`}>
            {t('imports.rowError', { line: error.line, column: error.column ?? '', reason: error.reason, value: error.value ?? '' })}
          </List.Item>
        ))}
      </List>
      {errors.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {t('imports.moreErrors', { count: errors.length - SHOWN })}
        </Text>
      )}
    </div>
  );
}
