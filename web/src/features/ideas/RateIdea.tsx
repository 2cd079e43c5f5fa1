import { ActionIcon, Menu } from '@mantine/core';
import { ThumbsDown, ThumbsUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Feedback, Idea } from '@/api/generated/types.gen';
import { useCan } from '@/api/me';
import type { useIdeas } from './useIdeas';

const REASONS = ['not_for_us', 'too_close', 'wrong_tone', 'wrong_channel', 'not_true', 'other'] as const;

type Props = { idea: Idea; feedback: readonly Feedback[]; actions: Pick<ReturnType<typeof useIdeas>, 'rate' | 'unrate'> };

/** Thumbs up, or thumbs down with one question; a second press takes it back. */
export function RateIdea({ idea, feedback, actions: { rate, unrate } }: Props) {
  const { t } = useTranslation();
  const may = useCan('feedback');
  const liked = feedback.find((entry) => entry.feedback_type === 'like');
  const disliked = feedback.find((entry) => entry.feedback_type === 'dislike');
  const busy = rate.isPending || unrate.isPending || !may;
  const give = (feedback_type: 'like' | 'dislike', reason?: string) => {
    const other = feedback_type === 'like' ? disliked : liked;
    if (other) unrate.mutate(other.id);
    rate.mutate({ feedback_type, target_id: idea.id, ...(reason && { reason }) });
  };
  return (
    <>
      <ActionIcon
        variant={liked ? 'light' : 'subtle'}
        color={liked ? 'brand' : 'gray'}
        size="lg"
        aria-label={t('ideas.like')}
        aria-pressed={Boolean(liked)}
        disabled={busy}
        onClick={() => (liked ? unrate.mutate(liked.id) : give('like'))}
      >
        <ThumbsUp size={16} aria-hidden />
      </ActionIcon>
      <Menu position="bottom-start" disabled={Boolean(disliked)}>
        <Menu.Target>
          <ActionIcon
            variant={disliked ? 'light' : 'subtle'}
            color={disliked ? 'orange' : 'gray'}
            size="lg"
            aria-label={t('ideas.dislike')}
            aria-pressed={Boolean(disliked)}
            disabled={busy}
            onClick={() => disliked && unrate.mutate(disliked.id)}
          >
            <ThumbsDown size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('ideas.why')}</Menu.Label>
          {REASONS.map((reason) => (
            <Menu.Item key={reason} onClick={() => give('dislike', reason)}>
              {t(`ideas.reason.${reason}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
