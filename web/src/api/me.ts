import { useQuery } from '@tanstack/react-query';
import { getMeOptions } from './generated/@tanstack/react-query.gen';
import type { Me } from './generated/types.gen';

/** What a role may do; the server checks it again. */
export type Permission = 'read' | 'plan' | 'import' | 'feedback' | 'approve' | 'administer';

export const meOptions = () => ({ ...getMeOptions(), staleTime: 300_000, retry: false });

const NOBODY: Me = {
  user: { id: '', name: '', email: '', role: 'viewer' },
  tenant: { id: '', name: '', currency: 'EUR', is_demo: false },
  permissions: [],
};

/** Who is signed in. The router loads it before any page, so it is there. */
export const useMe = (): Me => useQuery(meOptions()).data ?? NOBODY;

/** Whether the signed-in person may do `permission`. */
export const useCan = (permission: Permission): boolean => useMe().permissions.includes(permission);
