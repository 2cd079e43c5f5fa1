import { Alert, Button, Group, Radio, Stack, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Flag } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { once } from '@/api/client';
import { listReportsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { reportText } from '@/api/generated/sdk.gen';
import type { ReportInput } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Dialog } from '@/components/Dialog';

const REASONS = ['untrue', 'offensive', 'personal', 'unlawful', 'other'] as const;

/** Reports a text that must not stand as it is; it goes to those who administer, with the text as it is now. */
export function ReportText({ of }: { of: Pick<ReportInput, 'target' | 'target_id' | 'campaign_id'> }) {
  const { t } = useTranslation();
  const may = useCan('feedback');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState<(typeof REASONS)[number]>();
  const [comment, setComment] = useState('');
  const report = useMutation({
    mutationFn: (body: ReportInput) => reportText({ body, headers: once() }),
    onSuccess: async () => {
      setAsking(false);
      setReason(undefined);
      setComment('');
      notifications.show({ message: t('reports.sent') });
      await client.invalidateQueries({ queryKey: listReportsQueryKey() });
    },
    meta: { quiet: true },
  });
  const ready = reason !== undefined && (reason !== 'other' || comment.trim() !== '');
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (reason && ready) report.mutate({ ...of, reason, comment: comment.trim() });
  };
  return (
    <>
      <Button
        size="xs"
        variant="subtle"
        color="gray"
        leftSection={<Flag size={14} aria-hidden />}
        disabled={!may}
        onClick={() => setAsking(true)}
      >
        {t('reports.report')}
      </Button>
      <Dialog opened={asking} onClose={() => setAsking(false)} title={t('reports.title')}>
        <form onSubmit={send}>
          {report.error && (
            <Alert color="red" role="alert" mb="sm">
              {report.error.message}
            </Alert>
          )}
          <Radio.Group
            label={t('reports.why')}
            description={t('reports.help')}
            value={reason ?? null}
            onChange={(value) => setReason(REASONS.find((each) => each === value))}
          >
            <Stack gap="xs" my="sm">
              {REASONS.map((each) => (
                <Radio key={each} value={each} label={t(`reports.reason.${each}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Textarea
            label={t('reports.comment')}
            description={t('reports.commentHelp')}
            autosize
            minRows={2}
            maxLength={2000}
            value={comment}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={!ready} loading={report.isPending}>
              {t('reports.send')}
            </Button>
          </Group>
        </form>
      </Dialog>
    </>
  );
}
