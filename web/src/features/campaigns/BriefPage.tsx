import { Alert, Button, Group, Kbd, Paper, Stack, Text } from '@mantine/core';
import { getHotkeyHandler } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { PageHeader } from '@/components/PageHeader';
import { AttachFiles } from '@/features/documents/AttachFiles';
import { formatDuration } from '@/lib/format';
import { modKey } from '@/lib/keyNames';
import { formatCost } from '@/lib/money';
import classes from './Brief.module.css';
import { BriefFields } from './BriefFields';
import { KnownPanel } from './KnownPanel';
import { useBrief } from './useBrief';

/** The brief: what to promote, what should happen, with how much and when. */
export function BriefPage() {
  const { t } = useTranslation();
  const mayPlan = useCan('plan');
  const brief = useBrief();
  const { form, services, knowledge, generate, problem, submit } = brief;
  const estimate = knowledge.data?.estimate;
  return (
    <>
      <PageHeader title={t('brief.title')} facts={t('brief.facts')} />
      <div className={classes.layout}>
        <Paper withBorder p="lg">
          <Async query={services} what={t('brief.services')} rows={6}>
            {() => (
              <form
                noValidate
                onInput={brief.markTyped}
                onSubmit={submit}
                onKeyDown={getHotkeyHandler([['mod+Enter', () => submit()]])}
                aria-label={t('brief.title')}
              >
                <Stack gap="xl">
                  {brief.kept && (
                    <Alert variant="light" role="status">
                      <Group justify="space-between">
                        <Text size="sm">{t('brief.draftFound')}</Text>
                        <Button size="compact-sm" variant="default" onClick={brief.startOver}>
                          {t('brief.startOver')}
                        </Button>
                      </Group>
                    </Alert>
                  )}
                  {brief.from && (
                    <Alert variant="light" role="status">
                      <Group justify="space-between">
                        <Text size="sm">{t('brief.from', { title: brief.from.title })}</Text>
                        <Button size="compact-sm" variant="default" onClick={brief.dropSignal}>
                          {t('brief.notFrom')}
                        </Button>
                      </Group>
                    </Alert>
                  )}
                  {problem && (
                    <Alert color="red" variant="light" role="alert">
                      {problem}
                    </Alert>
                  )}
                  <BriefFields
                    form={form}
                    services={services.data?.items ?? []}
                    ownService={brief.ownService}
                    currency={brief.currency}
                    channels={knowledge.data?.channels ?? []}
                    segments={knowledge.data?.segments ?? []}
                  />
                  {form.values.service_id && <AttachFiles serviceId={form.values.service_id} brandId={brief.brandId} />}
                  <Group gap="md">
                    <Button
                      type="submit"
                      size="md"
                      loading={generate.isPending || knowledge.isLoading}
                      disabled={!mayPlan}
                      rightSection={<Kbd size="xs">{t('brief.sendKeys', { mod: modKey() })}</Kbd>}
                    >
                      {t('brief.generate')}
                    </Button>
                    <Text size="sm" c="dimmed">
                      {!mayPlan
                        ? t('brief.needsRole')
                        : estimate
                          ? t(Number(estimate.cost) > 0 ? 'brief.estimate' : 'brief.estimateFree', {
                              time: formatDuration(estimate.seconds * 1000),
                              cost: formatCost(estimate.cost),
                              provider: estimate.provider,
                            })
                          : ''}
                    </Text>
                  </Group>
                </Stack>
              </form>
            )}
          </Async>
        </Paper>
        <KnownPanel query={knowledge} service={form.values.service_id} words={`${form.values.theme} ${form.values.notes}`.trim()} />
      </div>
    </>
  );
}
