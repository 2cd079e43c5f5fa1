import { Button, CopyButton, Group } from '@mantine/core';
import { CircleAlert, FileQuestion, Lock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { isRouteErrorResponse, Link, useRouteError } from 'react-router';
import { ApiError } from '@/api/errors';
import { Notice } from '@/components/Notice';

const statusOf = (error: unknown) => (isRouteErrorResponse(error) || error instanceof ApiError ? error.status : 500);

const detailsOf = (error: unknown) =>
  error instanceof ApiError
    ? `${error.code} ${error.status}: ${error.message} ${error.traceId ?? ''}`
    : error instanceof Error
      ? `${error.name}: ${error.message}\n${error.stack ?? ''}`
      : String(error);

/** What stands in a page's place when it cannot be shown: not found, not allowed, or failed. The shell stays. */
export function RouteError() {
  const { t } = useTranslation();
  const error = useRouteError();
  const status = statusOf(error);
  const home = (
    <Button component={Link} to="/" variant="default">
      {t('error.home')}
    </Button>
  );
  if (status === 404) return <NotFound />;
  if (status === 403)
    return (
      <Notice
        page
        icon={<Lock />}
        title={t('error.forbiddenTitle')}
        text={error instanceof ApiError ? error.message : t('error.forbiddenText')}
      >
        {home}
      </Notice>
    );
  return (
    <Notice page icon={<CircleAlert />} title={t('error.pageTitle')} text={t('error.pageText')}>
      <Group gap="xs" justify="center">
        <Button onClick={() => location.reload()}>{t('error.again')}</Button>
        <CopyButton value={detailsOf(error)}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t('error.copied') : t('error.copyDetails')}
            </Button>
          )}
        </CopyButton>
        {home}
      </Group>
    </Notice>
  );
}

/** No such page or record. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <Notice page icon={<FileQuestion />} title={t('error.notFoundTitle')} text={t('error.notFoundText')}>
      <Button component={Link} to="/campaigns">
        {t('error.toCampaigns')}
      </Button>
    </Notice>
  );
}
