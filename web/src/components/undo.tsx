import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';

type Offer = {
  message: string;
  undo: string;
  onUndo: () => void;
  /** It can no longer be taken back: the offer was closed, or its time is over. */
  onOver?: () => void;
};

/** Says what was done, and offers for 10 s, or for as long as one points at it, to take it back. Answers how to end the offer. */
export function offerUndo({ message, undo, onUndo, onOver }: Offer): () => void {
  const id = crypto.randomUUID();
  const hide = () => void notifications.hide(id);
  notifications.show({
    id,
    autoClose: 10_000,
    // Errors stay until they are closed; the offer must be seen before it ends.
    priority: 1,
    ...(onOver && { onClose: onOver }),
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            onUndo();
            hide();
          }}
        >
          {undo}
        </Button>
      </Group>
    ),
  });
  return hide;
}
