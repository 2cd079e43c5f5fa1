import { ActionIcon, Button, Kbd, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Moon, Search, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { modKey } from '@/lib/keyNames';

/** Opens the palette; a magnifier alone on phones. */
export function SearchButton({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Button
        visibleFrom="sm"
        variant="default"
        size="xs"
        w={320}
        fw={400}
        styles={{ inner: { justifyContent: 'flex-start' }, label: { flex: 1 } }}
        leftSection={<Search size={14} aria-hidden />}
        rightSection={<Kbd size="xs">{`${modKey()} K`}</Kbd>}
        onClick={onClick}
      >
        {t('shell.search')}
      </Button>
      <ActionIcon hiddenFrom="sm" variant="subtle" color="gray" size="lg" aria-label={t('shell.search')} onClick={onClick}>
        <Search size={18} aria-hidden />
      </ActionIcon>
    </>
  );
}

/** Switches between light and dark. */
export function ThemeToggle() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={dark ? t('shell.toLight') : t('shell.toDark')}
      onClick={() => setColorScheme(dark ? 'light' : 'dark')}
    >
      {dark ? <Sun size={18} aria-hidden /> : <Moon size={18} aria-hidden />}
    </ActionIcon>
  );
}
