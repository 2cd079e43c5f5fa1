import { Button, Tooltip } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

/** Leads to a new campaign; without the right to plan it stays visible and says what is missing. */
export function CreateButton({ allowed }: { allowed: boolean }) {
  const { t } = useTranslation();
  const icon = <Plus size={16} aria-hidden />;
  if (allowed)
    return (
      <Button component={Link} to="/campaigns/new" leftSection={icon}>
        {t('commands.newCampaign')}
      </Button>
    );
  return (
    <Tooltip label={t('brief.needsRole')} events={{ hover: true, focus: true, touch: true }}>
      <Button leftSection={icon} data-disabled aria-disabled onClick={(event) => event.preventDefault()}>
        {t('commands.newCampaign')}
      </Button>
    </Tooltip>
  );
}
