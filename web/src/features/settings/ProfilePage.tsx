import { Button, Paper, SegmentedControl, Stack, Switch, Text, Title, useMantineColorScheme } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api/me';
import { PageHeader } from '@/components/PageHeader';
import { SINGLE_KEYS } from '@/lib/preferences';
import { SettingsTabs } from './SettingsTabs';

/** Who one is here, and the preferences of this browser. */
export function ProfilePage() {
  const { t } = useTranslation();
  const { user, tenant } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [singleKeys, setSingleKeys] = useLocalStorage(SINGLE_KEYS);
  const facts: [string, string][] = [
    [t('auth.name'), user.name],
    [t('auth.email'), user.email],
    [t('settings.role'), t(`settings.roles.${user.role}`)],
    [t('settings.workspace'), tenant.name],
  ];
  return (
    <>
      <PageHeader title={t('nav.settings')} documentTitle={t('settings.place.profile')} />
      <SettingsTabs />
      <Stack maw={860}>
        <Paper withBorder p="lg">
          <Title order={2} mb="sm">
            {t('settings.you')}
          </Title>
          <Stack gap={6}>
            {facts.map(([term, value]) => (
              <Text key={term} size="sm">
                <Text span c="dimmed" inherit>
                  {t('settings.fact', { term })}
                </Text>{' '}
                {value}
              </Text>
            ))}
          </Stack>
        </Paper>
        <Paper withBorder p="lg">
          <Title order={2} mb="sm" id="theme-label">
            {t('settings.appearance')}
          </Title>
          <SegmentedControl
            aria-labelledby="theme-label"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as typeof colorScheme)}
            data={[
              { value: 'auto', label: t('settings.auto') },
              { value: 'light', label: t('settings.light') },
              { value: 'dark', label: t('settings.dark') },
            ]}
          />
        </Paper>
        <Paper withBorder p="lg">
          <Title order={2} mb="sm">
            {t('settings.keyboard')}
          </Title>
          <Switch
            label={t('settings.singleKeys')}
            description={t('settings.singleKeysHelp')}
            checked={singleKeys}
            onChange={(event) => setSingleKeys(event.currentTarget.checked)}
          />
        </Paper>
        <Paper withBorder p="lg">
          <Title order={2} mb="sm">
            {t('settings.api')}
          </Title>
          <Text size="sm" mb="sm">
            {t('settings.apiText')}
          </Text>
          <Button component="a" href="/api/docs" variant="default" size="xs">
            {t('settings.apiDocs')}
          </Button>
        </Paper>
      </Stack>
    </>
  );
}
