import { type LoaderFunctionArgs, redirect } from 'react-router';
import { ApiError } from '@/api/errors';
import { getSetupOptions } from '@/api/generated/@tanstack/react-query.gen';
import { meOptions } from '@/api/me';
import { queryClient } from './queryClient';

/** Lets signed-in people pass; others go to the sign-in page and come back afterwards. */
export async function requireSession({ request }: LoaderFunctionArgs) {
  try {
    await queryClient.ensureQueryData(meOptions());
    return null;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    const { pathname, search } = new URL(request.url);
    const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`;
    return redirect(`/login${next}`);
  }
}

const setupNeeded = async () => (await queryClient.fetchQuery({ ...getSetupOptions(), staleTime: 0 })).needed;

/** A fresh server has nobody who could sign in. */
export const leaveFreshServer = async () => ((await setupNeeded()) ? redirect('/setup') : null);

/** Set-up is for a fresh server alone. */
export const requireFreshServer = async () => ((await setupNeeded()) ? null : redirect('/login'));
