import { Alert, Button, Group, Paper, Stack, Switch, Text, Title } from '@mantine/core';
import { Bot, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AiSettings } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import { Async } from '@/components/Async';
import { Notice } from '@/components/Notice';
import { PageHeader } from '@/components/PageHeader';
import { EffortsCard } from './EffortsCard';
import { ProviderCard } from './ProviderCard';
import { ProviderDialog } from './ProviderDialog';
import { SettingsTabs } from './SettingsTabs';
import { useAiSettings, useSaveAi } from './useAi';

/** Which language models write, in which order, and what each step asks for. */
export function AiPage() {
  const { t } = useTranslation();
  const settings = useAiSettings();
  return (
    <>
      <PageHeader title={t('nav.settings')} documentTitle={t('settings.place.ai')} />
      <SettingsTabs />
      <Async query={settings} what={t('settings.place.ai')} rows={5}>
        {(loaded) => <Loaded settings={loaded} />}
      </Async>
    </>
  );
}

function Loaded({ settings }: { settings: AiSettings }) {
  const { t } = useTranslation();
  const may = useCan('administer');
  const save = useSaveAi();
  const [shown, setShown] = useState<number | 'new'>();
  const { providers } = settings;
  const swap = (at: number, by: 1 | -1) => {
    const moved = [...settings.providers];
    const [one] = moved.splice(at, 1);
    if (one) moved.splice(at + by, 0, one);
    save.mutate({ settings, patch: { providers: moved } });
  };
  const keep = (at: number) => ({
    onMove: (by: 1 | -1) => swap(at, by),
    onEdit: () => setShown(at),
    onRemove: () => save.mutate({ settings, patch: { providers: providers.filter((_, index) => index !== at) } }),
  });
  return (
    <Stack maw={860}>
      <Text>{t('ai.intro')}</Text>
      {!may && <Alert color="blue">{t('ai.readOnly')}</Alert>}
      {settings.warnings.map((warning) => (
        <Alert key={warning} color="yellow">
          {warning}
        </Alert>
      ))}
      <Paper withBorder p="lg">
        <Switch
          label={t('ai.rulesOnly')}
          description={t('ai.rulesOnlyHelp')}
          // What was switched shows at once, and goes back when the server refuses it.
          checked={(save.isPending ? save.variables.patch.rules_only : undefined) ?? settings.rules_only}
          disabled={!may}
          onChange={(event) => save.mutate({ settings, patch: { rules_only: event.currentTarget.checked } })}
        />
      </Paper>
      <section>
        <Group justify="space-between" mb="sm">
          <Title order={2}>{t('ai.providers')}</Title>
          <Button size="xs" leftSection={<Plus size={14} aria-hidden />} disabled={!may} onClick={() => setShown('new')}>
            {t('ai.add')}
          </Button>
        </Group>
        {providers.length === 0 && <Notice title={t('ai.none')} text={t('ai.noneText')} icon={<Bot />} />}
        <Stack component="ol" className="plain-list" gap="sm">
          {providers.map((provider, at) => (
            <ProviderCard
              key={provider.name}
              provider={provider}
              position={at + 1}
              last={at === providers.length - 1}
              idle={settings.rules_only}
              may={may && !save.isPending}
              {...keep(at)}
            />
          ))}
          {providers.length > 0 && (
            <Text component="li" size="sm" c="dimmed">
              {t('ai.rulesLast')}
            </Text>
          )}
        </Stack>
      </section>
      <EffortsCard settings={settings} may={may && !save.isPending} onSave={(efforts) => save.mutate({ settings, patch: { efforts } })} />
      {shown !== undefined && (
        <ProviderDialog settings={settings} at={shown === 'new' ? undefined : shown} onClose={() => setShown(undefined)} />
      )}
    </Stack>
  );
}
