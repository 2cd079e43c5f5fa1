import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Connection } from '@/api/generated/types.gen';

const COLOR = { new: 'gray', ready: 'blue', fresh: 'green', late: 'yellow', broken: 'red' } as const;

/** How a connection does: a colour and always the word. */
export function StateBadge({ state }: Pick<Connection, 'state'>) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={COLOR[state]} tt="none">
      {t(`connections.state.${state}`)}
    </Badge>
  );
}
