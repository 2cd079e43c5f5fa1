import { Badge, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type en from '@/i18n/en/common.json';

export type CampaignStatus = keyof typeof en.status;
export type Quality = keyof typeof en.quality;

const STATUS_COLOR: Record<CampaignStatus, string> = {
  draft: 'gray',
  in_review: 'yellow',
  approved: 'blue',
  active: 'green',
  paused: 'orange',
  completed: 'brand',
  cancelled: 'red',
};

/** Status of a campaign: a colour and always the word. */
export function StatusBadge({ status }: { status: CampaignStatus }) {
  const { t } = useTranslation();
  return (
    <Badge color={STATUS_COLOR[status]} variant="light" tt="none" flex="none" miw="max-content">
      {t(`status.${status}`)}
    </Badge>
  );
}

const QUALITY_COLOR: Record<Quality, string> = { measured: 'green', borrowed: 'yellow', assumption: 'orange' };

/** How well a curve is known, with the reason for it. */
export function QualityBadge({ quality, reason }: { quality: Quality; reason: string }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={reason} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
      <Badge
        color={QUALITY_COLOR[quality]}
        variant="light"
        tt="none"
        miw="max-content"
        tabIndex={0}
        aria-label={`${t(`quality.${quality}`)}: ${reason}`}
        role="note"
      >
        {t(`quality.${quality}`)}
      </Badge>
    </Tooltip>
  );
}
