import { Alert, Anchor, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ApiError } from '@/api/errors';

/** Where that stands which is there already, when the API names it. */
function placeOf(details: unknown): string | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  if ('source_id' in details) return `/market?tab=sources&source=${String(details.source_id)}`;
  if ('signal_id' in details) return `/market?signal=${String(details.signal_id)}`;
  return undefined;
}

/** Why nothing was added, and the way to what is there already. */
export function Refusal({ error, onFollow }: { error: ApiError; onFollow: () => void }) {
  const { t } = useTranslation();
  const place = placeOf(error.details);
  return (
    <Alert color={place ? 'yellow' : 'red'} role="alert">
      <Text size="sm">{error.message}</Text>
      {place && (
        <Anchor component={Link} to={place} size="sm" onClick={onFollow}>
          {t('market.openKnown')}
        </Anchor>
      )}
    </Alert>
  );
}
