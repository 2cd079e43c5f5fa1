import { useMantineColorScheme } from '@mantine/core';
import {
  CalendarRange,
  CircleHelp,
  LayoutDashboard,
  LineChart,
  LogOut,
  MessageCircle,
  Moon,
  Newspaper,
  Package,
  PanelLeft,
  Plug,
  Plus,
  Scale,
  Search,
  Settings,
} from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useCan } from '@/api/me';
import { useSignOut } from '@/features/auth/session';
import type { Command } from '@/lib/commands';

type Openers = { openPalette: () => void; openSheet: () => void; foldSidebar: () => void };

/** Commands that work on every page. */
export function useGlobalCommands({ openPalette, openSheet, foldSidebar }: Openers): readonly Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { toggleColorScheme } = useMantineColorScheme();
  const signOut = useSignOut().mutate;
  const mayPlan = useCan('plan');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the openers only set state, so a stale one does the same
  return useMemo((): readonly Command[] => {
    const go = (to: string) => () => void navigate(to);
    return [
      { id: 'new', label: t('commands.newCampaign'), group: 'create', icon: Plus, keys: 'c', allowed: mayPlan, run: go('/campaigns/new') },
      { id: 'dashboard', label: t('nav.dashboard'), group: 'goTo', icon: LayoutDashboard, keys: 'g d', run: go('/') },
      { id: 'campaigns', label: t('nav.campaigns'), group: 'goTo', icon: CalendarRange, keys: 'g c', run: go('/campaigns') },
      { id: 'market', label: t('nav.market'), group: 'goTo', icon: Newspaper, keys: 'g m', run: go('/market') },
      { id: 'services', label: t('nav.services'), group: 'goTo', icon: Package, keys: 'g s', run: go('/services') },
      { id: 'measurement', label: t('nav.measurement'), group: 'goTo', icon: LineChart, keys: 'g e', run: go('/measurement') },
      { id: 'assistant', label: t('nav.assistant'), group: 'goTo', icon: MessageCircle, keys: 'g q', run: go('/assistant') },
      { id: 'decisions', label: t('nav.decisions'), group: 'goTo', icon: Scale, keys: 'g a', run: go('/decisions') },
      { id: 'connections', label: t('nav.connections'), group: 'goTo', icon: Plug, keys: 'g n', run: go('/connections') },
      { id: 'settings', label: t('nav.settings'), group: 'goTo', icon: Settings, keys: 'g ,', run: go('/settings/profile') },
      { id: 'palette', label: t('commands.palette'), group: 'preferences', icon: Search, keys: 'mod+k', run: openPalette },
      { id: 'shortcuts', label: t('commands.shortcuts'), group: 'preferences', icon: CircleHelp, keys: '?', run: openSheet },
      { id: 'sidebar', label: t('commands.sidebar'), group: 'preferences', icon: PanelLeft, keys: '[', run: foldSidebar },
      { id: 'theme', label: t('commands.theme'), group: 'preferences', icon: Moon, run: toggleColorScheme },
      { id: 'sign-out', label: t('auth.signOut'), group: 'preferences', icon: LogOut, run: () => signOut() },
    ];
  }, [t, navigate, toggleColorScheme, signOut, mayPlan]);
}
