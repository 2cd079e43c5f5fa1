import { AppShell, Avatar, Burger, Group, UnstyledButton } from '@mantine/core';
import { useDisclosure, useLocalStorage } from '@mantine/hooks';
import { lazy, Suspense, useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigation } from 'react-router';
import { OfflineBanner } from '@/components/OfflineBanner';
import { useCommandKeys, useShownPageCommands } from '@/lib/commands';
import { SINGLE_KEYS } from '@/lib/preferences';
import { CommandLayer } from './CommandLayer';
import { useGlobalCommands } from './commands';
import { LeaveGuard } from './LeaveGuard';
import { Navigation } from './Navigation';
import classes from './Shell.module.css';
import { SearchButton, ThemeToggle } from './ShellActions';

const HeaderMenus = lazy(async () => ({ default: (await import('./HeaderMenus')).HeaderMenus }));

/** Header, sidebar and main region around every signed-in page. */
export function Shell() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const moving = useNavigation().state !== 'idle';
  const [menu, { toggle, close }] = useDisclosure(false);
  const [folded, setFolded] = useLocalStorage({ key: 'sidebar-folded', defaultValue: false, getInitialValueInEffect: false });
  const [layer, setLayer] = useDisclosure(false);
  const [sheet, setSheet] = useDisclosure(false);
  const [singleKeys] = useLocalStorage(SINGLE_KEYS);
  const global = useGlobalCommands({ openPalette: setLayer.open, openSheet: setSheet.open, foldSidebar: () => setFolded((was) => !was) });
  const page = useShownPageCommands();
  const commands = useMemo(() => [...page, ...global], [page, global]);
  useCommandKeys(commands, singleKeys);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes when the path changes, not when `close` does
  useEffect(close, [pathname]);

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !menu, desktop: folded } }}
      transitionDuration={0}
      classNames={{ main: classes.main, header: classes.header }}
    >
      <a href="#main" className={classes.skip}>
        {t('shell.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger opened={menu} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('shell.menu')} aria-expanded={menu} />
          <UnstyledButton component={Link} to="/" className={classes.brand} aria-label={t('app.name')}>
            <img src="/favicon.svg" width={24} height={24} alt="" />
            <span>{t('app.name')}</span>
          </UnstyledButton>
          <div className={classes.middle}>
            <SearchButton onClick={setLayer.open} />
          </div>
          <ThemeToggle />
          <Suspense fallback={<Avatar size={32} radius="xl" />}>
            <HeaderMenus />
          </Suspense>
        </Group>
        {moving && <div className={classes.progress} role="progressbar" aria-label={t('common.loading')} />}
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('shell.navigation')}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <OfflineBanner />
        <div className={classes.page}>
          <Outlet />
        </div>
      </AppShell.Main>
      <LeaveGuard />
      <CommandLayer commands={commands} palette={[layer, setLayer.close]} sheet={[sheet, setSheet.close]} />
    </AppShell>
  );
}
