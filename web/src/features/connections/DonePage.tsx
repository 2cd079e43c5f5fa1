import { Alert, Button, Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { listConnectionsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { finishConnection } from '@/api/generated/sdk.gen';
import { PageHeader } from '@/components/PageHeader';

/** Where the customer system sends people back to after they signed in there. */
export function DonePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [params] = useSearchParams();
  const sent = useRef(false);
  const finish = useMutation({
    mutationFn: async () => (await finishConnection({ body: { state: params.get('state') ?? '', code: params.get('code') ?? '' } })).data,
    onSuccess: async ({ id }) => {
      await client.invalidateQueries({ queryKey: listConnectionsQueryKey() });
      await navigate(`/connections/${id}`, { replace: true });
    },
    meta: { quiet: true },
  });
  const refused = params.get('error_description') ?? params.get('error');
  // The code counts once, so it is sent once however often the page renders.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per visit
  useEffect(() => {
    if (sent.current || refused) return;
    sent.current = true;
    finish.mutate();
  }, []);
  const problem = refused ?? finish.error?.message;
  return (
    <Stack maw={560}>
      <PageHeader title={t('connections.finishing')} />
      {problem ? (
        <>
          <Alert color="red" role="alert" title={t('connections.notFinished')}>
            {problem}
          </Alert>
          <Button component={Link} to="/connections" variant="default">
            {t('nav.connections')}
          </Button>
        </>
      ) : (
        <Text role="status">
          <Loader size="xs" aria-hidden /> {t('connections.finishingText')}
        </Text>
      )}
    </Stack>
  );
}
