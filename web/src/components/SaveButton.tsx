import { Button, type ButtonProps, Loader } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = Pick<ButtonProps, 'size'> & { children: ReactNode /** Nothing can be saved now. */; idle: boolean; busy: boolean };

/** The button that sends a form. It keeps the focus while it saves and afterwards, when there is nothing left to save. */
export function SaveButton({ children, idle, busy, size }: Props) {
  const off = idle || busy;
  return (
    <Button
      type="submit"
      {...(size && { size })}
      data-disabled={off || undefined}
      aria-disabled={off}
      aria-busy={busy}
      leftSection={busy ? <Loader size={14} color="currentColor" aria-hidden /> : undefined}
      onClick={(event) => off && event.preventDefault()}
    >
      {children}
    </Button>
  );
}
