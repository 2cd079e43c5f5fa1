import { HoverCard, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Claim, Passage } from '@/api/generated/types.gen';
import classes from './Evidence.module.css';
import { citedBy, markOf } from './quote';

type MarkProps = { number: number; passage: Passage; quote: string; onOpen: () => void };

/** A numbered mark; hover or focus shows title and quote, a click opens the evidence. */
function Mark({ number, passage, quote, onOpen }: MarkProps) {
  const { t } = useTranslation();
  return (
    <HoverCard width={320} openDelay={150} withinPortal>
      <HoverCard.Target>
        <UnstyledButton className={classes.mark} onClick={onOpen} aria-label={t('evidence.mark', { number, title: passage.title })}>
          {`[${number}]`}
        </UnstyledButton>
      </HoverCard.Target>
      <HoverCard.Dropdown>
        <Text size="sm" fw={550}>
          {passage.title}
        </Text>
        <Text size="sm" c="dimmed">
          {t('evidence.quote', { quote })}
        </Text>
      </HoverCard.Dropdown>
    </HoverCard>
  );
}

type Props = { claims: readonly Claim[]; evidence: readonly Passage[]; onOpen: (passageId: string) => void };

/** Claims as sentences with their citation marks; those without a source are underlined with dots. */
export function Claims({ claims, evidence, onOpen }: Props) {
  const { t } = useTranslation();
  return (
    <ul className="plain-list">
      {claims.map((claim) => (
        <li key={claim.text} className={classes.claim}>
          {claim.supported ? (
            <span>{claim.text}</span>
          ) : (
            <Tooltip label={claim.waived_reason ? t('evidence.waived', { reason: claim.waived_reason }) : t('evidence.unsupported')}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the tooltip must be reachable without a pointer */}
              <span className={classes.unsupported} tabIndex={0}>
                {claim.text}
              </span>
            </Tooltip>
          )}{' '}
          {citedBy([claim], evidence).map(({ passage, citation }) => (
            <Mark
              key={`${passage.id}-${citation.start}`}
              number={markOf(evidence, passage.id)}
              passage={passage}
              quote={citation.quote}
              onOpen={() => onOpen(passage.id)}
            />
          ))}
        </li>
      ))}
    </ul>
  );
}
