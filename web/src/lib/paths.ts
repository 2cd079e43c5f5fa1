type Listed = { id: string; ideas: number; run_id: string | null; run_state: string | null };

/** Address of a campaign in a list, or of the run that is still making it. */
export const campaignPath = ({ id, ideas, run_id, run_state }: Listed): string =>
  ideas === 0 && run_id && (run_state === 'queued' || run_state === 'running') ? `/runs/${run_id}` : `/campaigns/${id}`;

/** Only web addresses become links. */
export const safeLink = (url: string | null | undefined): string | undefined => (url && /^https?:\/\//i.test(url) ? url : undefined);
