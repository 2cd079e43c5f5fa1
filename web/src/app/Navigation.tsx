import { NavLink } from '@mantine/core';
import {
  CalendarRange,
  LayoutDashboard,
  LineChart,
  type LucideIcon,
  MessageCircle,
  Newspaper,
  Package,
  Plug,
  Scale,
  Settings,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import type en from '@/i18n/en/common.json';

type Item = { key: keyof typeof en.nav; to: string; icon: LucideIcon };

const ITEMS: readonly Item[] = [
  { key: 'dashboard', to: '/', icon: LayoutDashboard },
  { key: 'campaigns', to: '/campaigns', icon: CalendarRange },
  { key: 'market', to: '/market', icon: Newspaper },
  { key: 'services', to: '/services', icon: Package },
  { key: 'measurement', to: '/measurement', icon: LineChart },
  { key: 'assistant', to: '/assistant', icon: MessageCircle },
  { key: 'decisions', to: '/decisions', icon: Scale },
  { key: 'connections', to: '/connections', icon: Plug },
  { key: 'settings', to: '/settings/profile', icon: Settings },
];

const within = (pathname: string, to: string) =>
  to === '/'
    ? pathname === '/'
    : pathname === to || pathname.startsWith(`${to}/`) || (to.startsWith('/settings') && pathname.startsWith('/settings/'));

/** The sidebar's list of places. */
export function Navigation() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return ITEMS.map(({ key, to, icon: Icon }) => {
    const active = within(pathname, to);
    return (
      <NavLink
        key={to}
        component={Link}
        to={to}
        label={t(`nav.${key}`)}
        leftSection={<Icon size={18} aria-hidden />}
        active={active}
        aria-current={active ? 'page' : undefined}
      />
    );
  });
}
