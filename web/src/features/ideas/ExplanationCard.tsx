import { Button, Group, List, Paper, Text, Title } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Explanation, Passage } from '@/api/generated/types.gen';
import { Claims } from '@/features/evidence/Claims';

type Props = {
  explanation: Explanation;
  evidence: readonly Passage[];
  onEvidence: (passageId?: string) => void;
  onWithout: (() => void) | undefined;
};

/** Why the plan is as it is: the summary, the chain of reasons, what else was weighed, what to watch. */
export function ExplanationCard({ explanation, evidence, onEvidence, onWithout }: Props) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="lg">
      <Title order={2} mb="xs">
        {t('ideas.explanation')}
      </Title>
      <Text size="sm" mb="sm">
        {explanation.summary}
      </Text>
      <Claims claims={explanation.chain} evidence={evidence} onOpen={onEvidence} />
      {explanation.alternatives.length > 0 && (
        <>
          <Title order={3} mt="md" mb={4}>
            {t('ideas.alternatives')}
          </Title>
          <List size="sm" spacing={4}>
            {explanation.alternatives.map((text) => (
              <List.Item key={text}>{text}</List.Item>
            ))}
          </List>
        </>
      )}
      {explanation.warnings.map((text) => (
        <Group key={text} gap="xs" mt="sm" wrap="nowrap" align="flex-start">
          <TriangleAlert size={16} className="step-mark" aria-hidden />
          <Text size="sm">{text}</Text>
        </Group>
      ))}
      {onWithout && (
        <Button size="compact-sm" variant="subtle" mt="sm" onClick={onWithout}>
          {t('ideas.without')}
        </Button>
      )}
      {explanation.evidence_strength && (
        <Text size="xs" c="dimmed" mt="sm">
          {t('ideas.strength', { strength: explanation.evidence_strength })}
        </Text>
      )}
    </Paper>
  );
}
