import { List, Progress, Table, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Signal } from '@/api/generated/types.gen';

const PARTS = ['impact', 'relevance', 'novelty', 'trust', 'age'] as const;

/** Why a signal stands where it stands: each part of its score, and the reasons in words. */
export function ScoreCard({ signal }: { signal: Signal }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="score">
      <Title order={3} id="score" mb={4}>
        {t('market.score.title')}
      </Title>
      <List size="sm" spacing={2} mb="xs">
        {signal.score.reasons.map((reason) => (
          <List.Item key={reason}>{reason}</List.Item>
        ))}
      </List>
      <Table verticalSpacing={2} horizontalSpacing={0} withRowBorders={false} maw={360}>
        <Table.Tbody>
          {PARTS.map((part) => (
            <Table.Tr key={part}>
              <Table.Th fw={400} w={110}>
                {t(`market.score.${part}`)}
              </Table.Th>
              <Table.Td>
                <Progress value={Math.abs(signal.score[part]) * 100} size="sm" aria-label={t(`market.score.${part}`)} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
