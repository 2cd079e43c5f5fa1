import type { TFunction } from 'i18next';
import type { Run } from '@/api/generated/types.gen';

/** What a run without a campaign is about; plans are the usual case. */
export function titleOf(t: TFunction, run: Pick<Run, 'kind'> | undefined): string {
  switch (run?.kind) {
    case 'fetch_source':
    case 'sync_connection':
    case 'read_document':
    case 'refit':
      return t(`run.kind.${run.kind}`);
    default:
      return t('run.title');
  }
}
