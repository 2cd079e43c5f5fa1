import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { ApiError } from '@/api/errors';
import { signIn } from '@/api/generated/sdk.gen';
import { AuthCard } from './AuthCard';
import { useEnter } from './session';

/** Only a path of this site is a place to return to. */
const safePath = (next: string | null) => (next?.startsWith('/') && !/^\/[/\\]/.test(next) ? next : '/');

/** Sign-in by e-mail and password; afterwards the page that was asked for. */
export function LoginPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const enter = useEnter();
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.trim() ? null : t('auth.emailMissing')),
      password: (value) => (value ? null : t('auth.passwordMissing')),
    },
  });
  const login = useMutation({
    mutationFn: (values: typeof form.values) => signIn({ body: values }),
    onSuccess: async ({ data }) => {
      enter(data);
      await navigate(safePath(params.get('next')), { replace: true });
    },
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
  });
  const { error } = login;
  const message =
    error instanceof ApiError
      ? error.status === 429
        ? t('auth.throttled')
        : error.status === 0
          ? t('error.noAnswer')
          : error.message
      : undefined;

  return (
    <AuthCard title={t('auth.loginTitle')} text={params.has('next') ? t('auth.loginAgain') : undefined}>
      <form noValidate onSubmit={form.onSubmit((values) => login.mutate(values))}>
        <Stack mt="md">
          {message && (
            <Alert color="red" role="alert">
              {message}
            </Alert>
          )}
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="username"
            autoFocus
            required
            withAsterisk={false}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={t('auth.password')}
            autoComplete="current-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t('auth.showPassword') }}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={login.isPending} fullWidth>
            {t('auth.signIn')}
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
