import { Modal, type ModalProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useTopmost } from './useTopmost';

/** A modal dialog whose close button has a name and whose header is no landmark. */
export function Dialog({ onClose, ...props }: ModalProps) {
  const { t } = useTranslation();
  const close = useTopmost(props.opened, onClose);
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('common.close') }}
      attributes={{ header: { role: 'presentation' } }}
      transitionProps={{ duration: 120 }}
      onClose={close}
      {...props}
    />
  );
}
