import { Drawer, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getServiceOptions } from '@/api/generated/@tanstack/react-query.gen';
import { Async } from '@/components/Async';
import { useCloseGuard } from '@/components/useCloseGuard';
import { useTopmost } from '@/components/useTopmost';
import { DocumentList } from '@/features/documents/DocumentList';
import { NewService } from './NewService';
import { ServiceEditor } from './ServiceEditor';

/** A service beside the list: its facts, to be edited in place, and its documents. `id` is "new" for one to be written. */
export function ServicePeek({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const isNew = id === 'new';
  const query = useQuery({ ...getServiceOptions({ path: { service_id: id } }), enabled: !isNew, throwOnError: false });
  const { close, question } = useCloseGuard(onClose);
  const closeTop = useTopmost(true, close);
  return (
    <Drawer
      opened
      onClose={closeTop}
      position="right"
      size={520}
      title={isNew ? t('services.add') : (query.data?.name ?? '')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      attributes={{ header: { role: 'presentation' } }}
      transitionProps={{ duration: 120 }}
    >
      {isNew ? (
        <NewService onClose={onClose} />
      ) : (
        <Async query={query} what={t('services.one')} rows={6}>
          {(service) => (
            <Stack gap="xl">
              <ServiceEditor service={service} onClose={onClose} />
              <DocumentList serviceId={service.id} brandId={service.brand_id} />
            </Stack>
          )}
        </Async>
      )}
      {question}
    </Drawer>
  );
}
