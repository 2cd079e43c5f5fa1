import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import classes from './PageHeader.module.css';

type Props = { title: string; documentTitle?: string; status?: ReactNode; facts?: ReactNode; actions?: ReactNode };

/** Title of a page with its status, one line of facts and its actions. The title takes the focus when the page is opened. */
export function PageHeader({ title, documentTitle = title, status, facts, actions }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = documentTitle;
  }, [documentTitle]);
  useEffect(() => {
    // A field with autofocus keeps the focus that the page gave it.
    if (document.activeElement === null || document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={classes.root}>
      <div className={classes.text}>
        <Group gap="sm" wrap="wrap">
          <Title order={1} ref={heading} tabIndex={-1} className={classes.title}>
            {title}
          </Title>
          {status}
        </Group>
        {facts && (
          <Text component="div" c="dimmed" size="sm" mt={4}>
            {facts}
          </Text>
        )}
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}
