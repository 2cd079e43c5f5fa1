import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getKnowledgeOptions } from '@/api/generated/@tanstack/react-query.gen';
import type { GetKnowledgeData } from '@/api/generated/types.gen';
import { type BriefValues, knownBy, type OBJECTIVES } from './briefForm';

/** What is known for the brief as it is written, asked once the person stops; what was known stays in view meanwhile. */
export function useKnowledge(values: BriefValues) {
  const { t } = useTranslation();
  const objective = t(`brief.goal.${values.objective as (typeof OBJECTIVES)[number]}`);
  const [settled] = useDebouncedValue(JSON.stringify(knownBy(values, objective)), 500);
  const query: GetKnowledgeData['query'] = { ...JSON.parse(settled), service_id: values.service_id };
  return useQuery({
    ...getKnowledgeOptions({ query }),
    enabled: values.service_id !== '',
    placeholderData: (known, before) => (before?.queryKey[0].query.service_id === values.service_id ? known : undefined),
    throwOnError: false,
  });
}
