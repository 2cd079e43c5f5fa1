import { Center, Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './AuthCard.module.css';

type Props = { title: string; text?: string; children: ReactNode };

/** The one card of the pages without a shell, with the product's promise on top. */
export function AuthCard({ title, text, children }: Props) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · NexusPlanner`;
  }, [title]);
  return (
    <Center component="main" className={classes.page}>
      <div className={classes.column}>
        <div className={classes.brand}>
          <img src="/favicon.svg" width={36} height={36} alt="" />
          <div>
            <Text fw={650} size="lg">
              {t('app.name')}
            </Text>
            <Text size="sm" c="dimmed">
              {t('app.promise')}
            </Text>
          </div>
        </div>
        <Paper withBorder p="xl" radius="md">
          <Title order={1} mb={4}>
            {title}
          </Title>
          {text && (
            <Text size="sm" c="dimmed" mb="lg">
              {text}
            </Text>
          )}
          {children}
        </Paper>
      </div>
    </Center>
  );
}
