import { Badge, Button, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Compass, PencilLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { once } from '@/api/client';
import { getSetupOptions } from '@/api/generated/@tanstack/react-query.gen';
import { loadDemo } from '@/api/generated/sdk.gen';
import { useCan } from '@/api/me';
import { PageHeader } from '@/components/PageHeader';

/** The first choice after set-up: a workspace filled with example data, or one's own. */
export function StartPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const client = useQueryClient();
  const admin = useCan('administer');
  const setup = useQuery(getSetupOptions());
  const demo = useMutation({
    mutationFn: () => loadDemo({ headers: once() }),
    onSuccess: async () => {
      await client.invalidateQueries();
      await navigate('/campaigns/new?demo=1');
    },
  });
  return (
    <>
      <PageHeader title={t('start.title')} facts={t('start.facts')} />
      <SimpleGrid cols={{ base: 1, sm: 2 }} maw={880}>
        <Paper withBorder p="xl">
          <Stack h="100%" align="flex-start">
            <Compass aria-hidden />
            <Title order={2}>
              {t('start.demoTitle')}{' '}
              <Badge variant="light" tt="none">
                {t('start.quickest')}
              </Badge>
            </Title>
            <Text c="dimmed" flex={1}>
              {t('start.demoText')}
            </Text>
            <Button loading={demo.isPending} disabled={!admin || setup.data?.demo_available === false} onClick={() => demo.mutate()}>
              {t('start.demo')}
            </Button>
          </Stack>
        </Paper>
        <Paper withBorder p="xl">
          <Stack h="100%" align="flex-start">
            <PencilLine aria-hidden />
            <Title order={2}>{t('start.ownTitle')}</Title>
            <Text c="dimmed" flex={1}>
              {t('start.ownText')}
            </Text>
            <Button component={Link} to="/campaigns/new" variant="default">
              {t('start.own')}
            </Button>
          </Stack>
        </Paper>
      </SimpleGrid>
    </>
  );
}
