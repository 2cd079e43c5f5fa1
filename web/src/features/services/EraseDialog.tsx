import { Alert, Button, Group, List, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listCustomersQueryKey, listSegmentsQueryKey } from '@/api/generated/@tanstack/react-query.gen';
import { eraseCustomer } from '@/api/generated/sdk.gen';
import type { Customer } from '@/api/generated/types.gen';
import { Dialog } from '@/components/Dialog';

/** Erases a person's data everywhere; it cannot be taken back, so it asks first and says what was erased. */
export function EraseDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const erase = useMutation({
    mutationFn: async () => (await eraseCustomer({ path: { customer_id: customer.id }, body: { reason: reason.trim() } })).data,
    onSuccess: () =>
      Promise.all([listCustomersQueryKey(), listSegmentsQueryKey()].map((queryKey) => client.invalidateQueries({ queryKey }))),
    meta: { quiet: true },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    erase.mutate();
  };
  const erased = erase.data && Object.entries(erase.data.erased).filter(([, count]) => count > 0);
  return (
    <Dialog opened onClose={onClose} title={t('customers.eraseTitle')}>
      {erased ? (
        <Stack gap="sm">
          <Text role="status">{t('customers.erased')}</Text>
          <List size="sm">
            {erased.map(([what, count]) => (
              <List.Item key={what}>{t('customers.erasedOne', { what: what.replaceAll('_', ' '), count })}</List.Item>
            ))}
          </List>
          <Group justify="flex-end">
            <Button onClick={onClose}>{t('common.close')}</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={send} noValidate>
          <Stack gap="sm">
            <Text size="sm">{t('customers.eraseText', { name: customer.name })}</Text>
            {erase.error && (
              <Alert color="red" role="alert">
                {erase.error.message}
              </Alert>
            )}
            <TextInput
              data-autofocus
              required
              label={t('customers.reason')}
              description={t('customers.reasonHelp')}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          </Stack>
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" color="red" disabled={!reason.trim()} loading={erase.isPending}>
              {t('customers.eraseNow')}
            </Button>
          </Group>
        </form>
      )}
    </Dialog>
  );
}
