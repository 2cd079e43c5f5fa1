import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classes from './JsonTree.module.css';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function Value({ value }: { value: unknown }) {
  const { t } = useTranslation();
  if (Array.isArray(value)) {
    if (value.length === 0)
      return (
        <Text span size="sm" c="dimmed">
          {t('decisions.emptyValue')}
        </Text>
      );
    return (
      <ul className={classes.list}>
        {value.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the entry never changes
          <li key={index}>
            <Value value={item} />
          </li>
        ))}
      </ul>
    );
  }
  if (isRecord(value)) return <Fields value={value} />;
  if (value === null || value === undefined || value === '')
    return (
      <Text span size="sm" c="dimmed">
        {t('decisions.emptyValue')}
      </Text>
    );
  return <span className={classes.text}>{String(value)}</span>;
}

function Fields({ value }: { value: Record<string, unknown> }) {
  return (
    <dl className={classes.fields}>
      {Object.entries(value).map(([name, item]) => (
        <div key={name}>
          <dt>{name.replaceAll('_', ' ')}</dt>
          <dd>
            <Value value={item} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Recorded data as terms and values, nested as they are. */
export function JsonTree({ value }: { value: unknown }) {
  return (
    <Paper withBorder p="md">
      <Value value={value} />
    </Paper>
  );
}
