import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ApiError } from '@/api/errors';
import { setUp } from '@/api/generated/sdk.gen';
import { AuthCard } from './AuthCard';
import { useEnter } from './session';

const MIN_PASSWORD = 12;

/** Makes the first administrator of a fresh server. */
export function SetupPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const enter = useEnter();
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validateInputOnBlur: true,
    validate: {
      name: (value) => (value.trim() ? null : t('auth.nameMissing')),
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? null : t('auth.emailWrong')),
      password: (value) => (value.length >= MIN_PASSWORD ? null : t('auth.passwordShort', { count: MIN_PASSWORD })),
    },
  });
  const create = useMutation({
    mutationFn: (values: typeof form.values) => setUp({ body: values }),
    onSuccess: async ({ data }) => {
      enter(data);
      await navigate('/start', { replace: true });
    },
    onError: (error) => error instanceof ApiError && form.setErrors(error.fields),
  });
  const failed = create.error instanceof ApiError && Object.keys(create.error.fields).length === 0 ? create.error.message : undefined;

  return (
    <AuthCard title={t('auth.setupTitle')} text={t('auth.setupText')}>
      <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values))}>
        <Stack>
          {failed && (
            <Alert color="red" role="alert">
              {failed}
            </Alert>
          )}
          <TextInput label={t('auth.name')} autoComplete="name" autoFocus required withAsterisk={false} {...form.getInputProps('name')} />
          <TextInput
            label={t('auth.email')}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            {...form.getInputProps('email')}
          />
          <PasswordInput
            label={t('auth.password')}
            description={t('auth.passwordHelp', { count: MIN_PASSWORD })}
            autoComplete="new-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ 'aria-label': t('auth.showPassword') }}
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={create.isPending} fullWidth>
            {t('auth.create')}
          </Button>
        </Stack>
      </form>
    </AuthCard>
  );
}
