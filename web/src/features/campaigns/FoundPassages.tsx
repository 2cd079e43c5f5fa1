import { Stack, Text, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { retrievePassagesOptions } from '@/api/generated/@tanstack/react-query.gen';

/** What the workspace knows about the theme as it is typed: the sentences a plan would find first. */
export function FoundPassages({ service, words }: { service: string; words: string }) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue(words.slice(0, 400), 400);
  const query = useQuery({
    ...retrievePassagesOptions({ query: { q: settled, service_id: service, limit: 4 } }),
    enabled: settled.length > 2,
    placeholderData: keepPreviousData,
    throwOnError: false,
  });
  // A passage that is near by its meaning alone has no sentence with these words; it is shown from its beginning.
  const found = (query.data?.items ?? []).map(({ passage, quotes }) => ({ passage, quote: quotes[0]?.quote ?? passage.text }));
  if (found.length === 0) return null;
  return (
    <div>
      <Title order={3} mb={6}>
        {t('brief.found')}
      </Title>
      <Stack component="ul" className="plain-list" gap={8}>
        {found.map(({ passage, quote }) => (
          <li key={passage.id}>
            <Text size="sm" lineClamp={3}>
              {t('brief.quote', { quote })}
            </Text>
            <Text size="xs" c="dimmed">
              {passage.title}
            </Text>
          </li>
        ))}
      </Stack>
    </div>
  );
}
