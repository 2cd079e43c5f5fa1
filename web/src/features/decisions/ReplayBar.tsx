import { Alert, Button, Group, List } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { replayRun } from '@/api/generated/sdk.gen';
import { useCan } from '@/api/me';
import { ReplayDialog } from './ReplayDialog';
import { stepWords } from './stepWords';

/** Runs a recorded run again: from what was kept, which must give the same bytes, or with another model as a new draft. */
export function ReplayBar({ run }: { run: string }) {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const [other, setOther] = useState(false);
  const replay = useMutation({
    mutationFn: async () => (await replayRun({ path: { run_id: run } })).data,
    meta: { quiet: true },
  });
  const found = replay.data;
  return (
    <>
      <Group gap="xs" mb="md">
        <Button
          size="xs"
          variant="default"
          leftSection={<RotateCcw size={14} aria-hidden />}
          disabled={!mayPlan}
          loading={replay.isPending}
          onClick={() => replay.mutate()}
        >
          {t('decisions.replay')}
        </Button>
        <Button size="xs" variant="default" disabled={!mayPlan} onClick={() => setOther(true)}>
          {t('decisions.replayWith')}
        </Button>
      </Group>
      {replay.error && (
        <Alert color="red" role="alert" mb="md">
          {replay.error.message}
        </Alert>
      )}
      {found && (
        <Alert color={found.identical ? 'green' : 'red'} role={found.identical ? 'status' : 'alert'} mb="md">
          {found.text}
          {!found.identical && (
            <List size="sm" mt="xs">
              {found.steps
                .filter((step) => !step.identical)
                .map((step) => (
                  <List.Item key={step.step}>{t('decisions.differs', { step: stepWords(step.step) })}</List.Item>
                ))}
            </List>
          )}
        </Alert>
      )}
      {other && <ReplayDialog run={run} onClose={() => setOther(false)} />}
    </>
  );
}
