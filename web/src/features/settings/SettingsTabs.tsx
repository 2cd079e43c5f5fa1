import { Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';

const PLACES = ['profile', 'ai', 'search', 'limits'] as const;

/** The parts of the settings; each has its own address. */
export function SettingsTabs() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  return (
    <Tabs value={pathname.split('/')[2] ?? 'profile'} onChange={(place) => void navigate(`/settings/${place}`)} mb="lg">
      <Tabs.List aria-label={t('settings.parts')}>
        {PLACES.map((place) => (
          <Tabs.Tab key={place} value={place}>
            {t(`settings.place.${place}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
