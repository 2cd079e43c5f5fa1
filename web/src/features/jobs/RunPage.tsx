import { Button, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useParams } from 'react-router';
import { Async } from '@/components/Async';
import { PageHeader } from '@/components/PageHeader';
import { RunPanel } from './RunPanel';
import { titleOf } from './titleOf';
import { useRun } from './useRun';

/** Follows the making of a plan; leads to the campaign when it is done. */
export function RunPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useRun(id);
  return (
    <Stack maw={760} gap={0}>
      <PageHeader
        title={query.data?.campaign_name ? t('run.titleOf', { name: query.data.campaign_name }) : titleOf(t, query.data)}
        facts={t('run.facts')}
        actions={
          <Button component={Link} to="/campaigns" variant="default">
            {t('nav.campaigns')}
          </Button>
        }
      />
      <Async query={query} what={t('run.what')}>
        {(run) =>
          run.state === 'succeeded' && run.campaign_id ? (
            <Navigate to={`/campaigns/${run.campaign_id}/ideas`} replace />
          ) : (
            <RunPanel run={run} />
          )
        }
      </Async>
    </Stack>
  );
}
