import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { retrievePassagesOptions } from '@/api/generated/@tanstack/react-query.gen';
import { Async } from '@/components/Async';

type Picked = { passage_id: string; quote: string; stance: 'supports' };
type Props = { words: string; serviceId: string; disabled: boolean; onPick: (picked: Picked) => void };

/** Looks for the words that carry a claim in everything the workspace knows. */
export function SourcePicker({ words, serviceId, disabled, onPick }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(words);
  const [settled] = useDebouncedValue(typed.trim(), 300);
  const query = useQuery({
    ...retrievePassagesOptions({ query: { q: settled, service_id: serviceId, limit: 5 } }),
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    throwOnError: false,
  });
  return (
    <Stack gap="xs" mt="xs">
      <TextInput
        label={t('evidence.look')}
        leftSection={<Search size={16} aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Async query={query} what={t('evidence.title')} rows={2}>
        {(found) => {
          const quotes = found.items.flatMap(({ passage, quotes }) => quotes.slice(0, 2).map(({ quote }) => ({ passage, quote })));
          if (quotes.length === 0) return <Text size="sm">{t('evidence.notFound')}</Text>;
          return quotes.map(({ passage, quote }) => (
            <div key={`${passage.id}-${quote}`}>
              <Text size="sm">{t('evidence.quote', { quote })}</Text>
              <Text size="xs" c="dimmed">
                {[passage.title, passage.origin].filter(Boolean).join(' · ')}
              </Text>
              <Button
                size="compact-xs"
                variant="light"
                disabled={disabled}
                onClick={() => onPick({ passage_id: passage.id, quote, stance: 'supports' })}
              >
                {t('evidence.useQuote')}
              </Button>
            </div>
          ));
        }}
      </Async>
    </Stack>
  );
}
