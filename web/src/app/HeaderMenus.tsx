import { ActionIcon, Avatar, Menu, Text } from '@mantine/core';
import { LogOut, Settings } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMe } from '@/api/me';
import { useSignOut } from '@/features/auth/session';
import { RunsRing } from '@/features/jobs/RunsRing';

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((part) => part[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();

/** Who is signed in, settings and sign-out. */
function UserMenu({ name, email }: { name: string; email: string }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="transparent" size="lg" radius="xl" aria-label={t('shell.userMenu', { name, initials: initials(name) })}>
          <Avatar size={32} radius="xl" color="brand" variant="filled" aria-hidden>
            {initials(name)}
          </Avatar>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" c="var(--mantine-color-text)" truncate>
            {name}
          </Text>
          <Text size="xs" truncate>
            {email}
          </Text>
        </Menu.Label>
        <Menu.Item component={Link} to="/settings/profile" leftSection={<Settings size={16} aria-hidden />}>
          {t('nav.settings')}
        </Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          {t('auth.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The header's menus, in a chunk of their own: they bring the positioning code, which the first paint does not need. */
export function HeaderMenus() {
  const { user } = useMe();
  return (
    <>
      <RunsRing />
      <UserMenu name={user.name} email={user.email} />
    </>
  );
}
