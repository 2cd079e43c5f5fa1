import { Alert, Button, Group, List, Paper, PasswordInput, SegmentedControl, Stack, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, inFull } from '@/api/errors';
import type { Connection } from '@/api/generated/types.gen';
import { useConnection } from './useConnections';

const WAYS = ['token', 'oauth'] as const;

/** Which rights are asked for and why, and the two ways to give them: a token, or signing in at the system. */
export function SignInCard({ connection, may }: { connection: Connection; may: boolean }) {
  const { t } = useTranslation();
  const [again, setAgain] = useState(false);
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="sign-in">
      <Title order={2} id="sign-in" mb="xs">
        {t('connections.signIn')}
      </Title>
      <Text size="sm">{t('connections.asked')}</Text>
      <List size="sm" mb="sm">
        {connection.scopes.map(({ scope, why }) => (
          <List.Item key={scope}>{t('connections.scope', { scope, why })}</List.Item>
        ))}
      </List>
      {connection.signed_in && !again ? (
        <Group>
          <Text size="sm" role="status">
            {t('connections.signedIn', { domain: connection.domain })}
          </Text>
          <Button size="compact-sm" variant="default" disabled={!may} onClick={() => setAgain(true)}>
            {t('connections.signInAgain')}
          </Button>
        </Group>
      ) : (
        <SignIn connection={connection} may={may} onDone={() => setAgain(false)} />
      )}
    </Paper>
  );
}

function SignIn({ connection, may, onDone }: { connection: Connection; may: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const { setToken, setClient, authorise } = useConnection(connection);
  const [way, setWay] = useState<(typeof WAYS)[number]>('token');
  const [token, setTokenText] = useState('');
  const [domain, setDomain] = useState(connection.domain);
  const [clientId, setClientId] = useState(connection.client_id);
  const [secret, setSecret] = useState('');
  const failed = [setToken.error, setClient.error, authorise.error].find((error) => error instanceof ApiError);
  const needsDomain = connection.kind === 'salesforce';
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (way === 'token') {
      setToken.mutate({ token: token.trim(), domain: domain.trim() }, { onSuccess: onDone });
      return;
    }
    if (secret.trim())
      await setClient.mutateAsync({
        client_id: clientId.trim(),
        client_secret: secret.trim(),
        ...(needsDomain && domain.trim() && { domain: domain.trim() }),
      });
    window.location.assign(await authorise.mutateAsync());
  };
  return (
    <form onSubmit={(event) => void send(event).catch(() => undefined)} noValidate>
      <Stack gap="sm" maw={520}>
        <SegmentedControl
          aria-label={t('connections.way')}
          data={WAYS.map((value) => ({ value, label: t(`connections.ways.${value}`) }))}
          value={way}
          onChange={(value) => setWay(value)}
        />
        <Text size="sm" c="dimmed">
          {t(`connections.${way}Help.${connection.kind}`)}
        </Text>
        {way === 'oauth' && (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {t('connections.redirect', { url: connection.redirect_url })}
          </Text>
        )}
        {failed && (
          <Alert color="red" role="alert">
            {inFull(failed)}
          </Alert>
        )}
        {needsDomain && (
          <TextInput
            label={t('connections.domain')}
            placeholder={t('connections.domainHint')}
            value={domain}
            onChange={(event) => setDomain(event.currentTarget.value)}
          />
        )}
        {way === 'token' ? (
          <PasswordInput
            label={t('connections.token')}
            autoComplete="off"
            value={token}
            onChange={(event) => setTokenText(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('connections.show') }}
          />
        ) : (
          <>
            <TextInput label={t('connections.clientId')} value={clientId} onChange={(event) => setClientId(event.currentTarget.value)} />
            <PasswordInput
              label={t('connections.clientSecret')}
              description={connection.has_client ? t('connections.secretKept') : undefined}
              autoComplete="off"
              value={secret}
              onChange={(event) => setSecret(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': t('connections.show') }}
            />
          </>
        )}
        <Group>
          <Button
            type="submit"
            disabled={!may || (way === 'token' ? !token.trim() : !connection.has_client && !(clientId.trim() && secret.trim()))}
            loading={setToken.isPending || setClient.isPending || authorise.isPending}
          >
            {t(way === 'token' ? 'common.save' : 'connections.toSystem')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
