import { Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Run } from '@/api/generated/types.gen';

/** Ideas that a model is still writing: shown as they come, checked once they are whole. */
export function ComingIdeas({ run }: { run: Run }) {
  const { t } = useTranslation();
  const coming = run.partial?.ideas ?? [];
  return (
    <Stack gap="md" mb="md" aria-live="polite">
      {coming.map((idea) => (
        <Paper key={idea.theme} component="article" withBorder p="lg" aria-label={idea.theme} aria-busy>
          <Title order={3} size="h2">
            {idea.theme}
          </Title>
          <Text mt={4} mb="sm">
            {idea.description}
          </Text>
          <Text size="xs" c="dimmed" mb="xs">
            {t('ideas.coming')}
          </Text>
          <Skeleton height={10} width="60%" />
        </Paper>
      ))}
    </Stack>
  );
}
