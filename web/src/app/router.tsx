import type { ComponentType } from 'react';
import { createBrowserRouter, redirect } from 'react-router';
import { type CatalogName, loadTexts } from '@/i18n/i18n';
import { leaveFreshServer, requireFreshServer, requireSession } from './guards';
import { NotFound, RouteError } from './RouteError';
import { Shell } from './Shell';

/** Loads a page together with the texts it speaks from. */
const page =
  (load: () => Promise<ComponentType>, ...texts: readonly CatalogName[]) =>
  async () => {
    const [Component] = await Promise.all([load(), loadTexts(...texts)]);
    return { Component };
  };

const workspaceTabs = [
  { index: true, loader: () => redirect('ideas') },
  { path: 'ideas', lazy: page(async () => (await import('@/features/ideas/IdeasTab')).IdeasTab, 'ideas', 'reports', 'conflict') },
  { path: 'budget', lazy: page(async () => (await import('@/features/budget/BudgetTab')).BudgetTab, 'budget') },
  { path: 'scenarios', lazy: page(async () => (await import('@/features/scenarios/ScenariosTab')).ScenariosTab, 'budget') },
  { path: 'calendar', lazy: page(async () => (await import('@/features/flights/CalendarTab')).CalendarTab, 'budget') },
  { path: '*', Component: NotFound },
].map((route) => ({ ...route, errorElement: <RouteError /> }));

const pages = [
  { index: true, lazy: page(async () => (await import('@/features/dashboard/DashboardPage')).DashboardPage, 'campaigns') },
  { path: 'campaigns', lazy: page(async () => (await import('@/features/campaigns/CampaignsPage')).CampaignsPage, 'campaigns') },
  { path: 'campaigns/new', lazy: page(async () => (await import('@/features/campaigns/BriefPage')).BriefPage, 'campaigns', 'documents') },
  {
    path: 'campaigns/:id',
    lazy: page(async () => (await import('@/features/campaigns/Workspace')).Workspace, 'campaigns'),
    children: workspaceTabs,
  },
  { path: 'runs/:id', lazy: page(async () => (await import('@/features/jobs/RunPage')).RunPage, 'campaigns') },
  {
    path: 'services',
    lazy: page(async () => (await import('@/features/services/ServicesPage')).ServicesPage, 'records', 'documents', 'conflict'),
  },
  { path: 'market', lazy: page(async () => (await import('@/features/market/MarketPage')).MarketPage, 'records', 'market') },
  { path: 'import/:kind', lazy: page(async () => (await import('@/features/imports/ImportPage')).ImportPage, 'records') },
  {
    path: 'measurement',
    lazy: page(async () => (await import('@/features/measurement/MeasurementPage')).MeasurementPage, 'measurement', 'learning', 'records'),
  },
  { path: 'measurement/models/:id', lazy: page(async () => (await import('@/features/measurement/ModelPage')).ModelPage, 'measurement') },
  {
    path: 'assistant/:id?',
    lazy: page(async () => (await import('@/features/assistant/AssistantPage')).AssistantPage, 'assistant', 'reports'),
  },
  { path: 'decisions', lazy: page(async () => (await import('@/features/decisions/DecisionsPage')).DecisionsPage, 'decisions', 'reports') },
  {
    path: 'decisions/:id',
    lazy: page(async () => (await import('@/features/decisions/DecisionPage')).DecisionPage, 'decisions', 'reports'),
  },
  {
    path: 'connections',
    lazy: page(async () => (await import('@/features/connections/ConnectionsPage')).ConnectionsPage, 'records', 'connections'),
  },
  { path: 'connections/done', lazy: page(async () => (await import('@/features/connections/DonePage')).DonePage, 'connections') },
  {
    path: 'connections/:id',
    lazy: page(async () => (await import('@/features/connections/ConnectionPage')).ConnectionPage, 'records', 'connections'),
  },
  { path: 'settings', loader: () => redirect('/settings/profile') },
  { path: 'settings/profile', lazy: page(async () => (await import('@/features/settings/ProfilePage')).ProfilePage, 'settings') },
  { path: 'settings/ai', lazy: page(async () => (await import('@/features/settings/AiPage')).AiPage, 'settings') },
  { path: 'settings/search', lazy: page(async () => (await import('@/features/settings/SearchPage')).SearchPage, 'settings', 'conflict') },
  { path: 'settings/limits', lazy: page(async () => (await import('@/features/settings/LimitsPage')).LimitsPage, 'settings', 'conflict') },
  { path: 'start', lazy: page(async () => (await import('@/features/auth/StartPage')).StartPage, 'campaigns') },
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
