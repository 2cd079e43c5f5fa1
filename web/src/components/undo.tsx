import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';

type Offer = { message: string; undo: string; onUndo: () => void };

/** Says what was done, and offers for 10 s to take it back. */
export function offerUndo({ message, undo, onUndo }: Offer): void {
  const id = crypto.randomUUID();
  notifications.show({
    id,
    autoClose: 10_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(id);
            onUndo();
          }}
        >
          {undo}
        </Button>
      </Group>
    ),
  });
}
