import { createBrowserRouter, redirect } from 'react-router';
import { leaveFreshServer, requireFreshServer, requireSession } from './guards';
import { NotFound, RouteError } from './RouteError';
import { Shell } from './Shell';

const workspaceTabs = [
  { index: true, loader: () => redirect('ideas') },
  { path: 'ideas', lazy: async () => ({ Component: (await import('@/features/ideas/IdeasTab')).IdeasTab }) },
  { path: 'budget', lazy: async () => ({ Component: (await import('@/features/budget/BudgetTab')).BudgetTab }) },
  { path: 'scenarios', lazy: async () => ({ Component: (await import('@/features/scenarios/ScenariosTab')).ScenariosTab }) },
  { path: 'calendar', lazy: async () => ({ Component: (await import('@/features/flights/CalendarTab')).CalendarTab }) },
  { path: '*', Component: NotFound },
].map((route) => ({ ...route, errorElement: <RouteError /> }));

const pages = [
  { index: true, lazy: async () => ({ Component: (await import('@/features/dashboard/DashboardPage')).DashboardPage }) },
  { path: 'campaigns', lazy: async () => ({ Component: (await import('@/features/campaigns/CampaignsPage')).CampaignsPage }) },
  { path: 'campaigns/new', lazy: async () => ({ Component: (await import('@/features/campaigns/BriefPage')).BriefPage }) },
  {
    path: 'campaigns/:id',
    lazy: async () => ({ Component: (await import('@/features/campaigns/Workspace')).Workspace }),
    children: workspaceTabs,
  },
  { path: 'runs/:id', lazy: async () => ({ Component: (await import('@/features/jobs/RunPage')).RunPage }) },
  { path: 'services', lazy: async () => ({ Component: (await import('@/features/services/ServicesPage')).ServicesPage }) },
  { path: 'market', lazy: async () => ({ Component: (await import('@/features/market/MarketPage')).MarketPage }) },
  { path: 'import/:kind', lazy: async () => ({ Component: (await import('@/features/imports/ImportPage')).ImportPage }) },
  { path: 'measurement', lazy: async () => ({ Component: (await import('@/features/measurement/MeasurementPage')).MeasurementPage }) },
  { path: 'measurement/models/:id', lazy: async () => ({ Component: (await import('@/features/measurement/ModelPage')).ModelPage }) },
  { path: 'decisions', lazy: async () => ({ Component: (await import('@/features/decisions/DecisionsPage')).DecisionsPage }) },
  { path: 'decisions/:id', lazy: async () => ({ Component: (await import('@/features/decisions/DecisionPage')).DecisionPage }) },
  { path: 'settings', loader: () => redirect('/settings/profile') },
  { path: 'settings/profile', lazy: async () => ({ Component: (await import('@/features/settings/ProfilePage')).ProfilePage }) },
  { path: 'start', lazy: async () => ({ Component: (await import('@/features/auth/StartPage')).StartPage }) },
  { path: '*', Component: NotFound },
].map((route) => ({ ...route, errorElement: <RouteError /> }));

export const router = createBrowserRouter([
  {
    path: '/setup',
    loader: requireFreshServer,
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    lazy: async () => ({ Component: (await import('@/features/auth/SetupPage')).SetupPage }),
  },
  {
    path: '/login',
    loader: leaveFreshServer,
    errorElement: <RouteError />,
    HydrateFallback: () => null,
    lazy: async () => ({ Component: (await import('@/features/auth/LoginPage')).LoginPage }),
  },
  { path: '/', Component: Shell, loader: requireSession, errorElement: <RouteError />, HydrateFallback: () => null, children: pages },
]);
