import { Badge, Group, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import type { Idea } from '@/api/generated/types.gen';
import { Dialog } from '@/components/Dialog';
import { formatPercent } from '@/lib/format';
import classes from './Compare.module.css';
import { Confidence } from './Confidence';
import { type ComparedClaim, claimsOf, type Entry, rowsOf } from './compare';

type Pair = readonly [Idea, Idea];
type Props = { pair: Pair; channelName: (channel: string) => string; onClose: () => void };

/** Two ideas side by side, thing by thing, with what differs marked in words and not by colour alone. */
export function CompareDialog({ pair, channelName, onClose }: Props) {
  const { t } = useTranslation();
  const phone = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const [left, right] = pair;
  const framework = (key: string) => t(`ideas.frameworks.${key.toLowerCase() as 'aida'}`, { defaultValue: key });
  const turnsOn = (key: string) => key.replaceAll('_', ' ');
  const claims = [claimsOf(left, right), claimsOf(right, left)] as const;
  return (
    <Dialog opened onClose={onClose} title={t('ideas.compare.title')} size="70rem" fullScreen={phone}>
      <table className={classes.table}>
        <caption className={classes.caption}>{t('ideas.compare.help')}</caption>
        <tbody>
          {rowsOf(left, right, { channel: channelName, framework, turnsOn }).map((row) => (
            <Section key={row.term} term={t(`ideas.${row.term}`)} differs={row.differs}>
              {'texts' in row
                ? row.texts.map((text, side) => <Cell key={pair[side as 0].id}>{text || t('ideas.compare.nothing')}</Cell>)
                : row.lists.map((list, side) => (
                    <Cell key={pair[side as 0].id}>
                      <Entries entries={list} />
                    </Cell>
                  ))}
            </Section>
          ))}
          <Section term={t('ideas.compare.claims')} differs={claims.flat().some((claim) => claim.alone)}>
            {claims.map((list, side) => (
              <Cell key={pair[side as 0].id}>
                {list.length > 0 && (
                  <Text size="sm" c="dimmed" mb={4}>
                    {t('ideas.supported', { share: formatPercent(pair[side as 0].supported_share) })}
                  </Text>
                )}
                <Entries entries={list} />
              </Cell>
            ))}
          </Section>
          <Section term={t('ideas.compare.made')}>
            {pair.map((idea) => (
              <Cell key={idea.id}>
                <Confidence idea={idea} />
              </Cell>
            ))}
          </Section>
        </tbody>
      </table>
    </Dialog>
  );
}

type SectionProps = { term: string; differs?: boolean; children: React.ReactNode };

function Section({ term, differs, children }: SectionProps) {
  const { t } = useTranslation();
  return (
    <>
      <tr className={classes.term}>
        <th colSpan={2} scope="colgroup">
          <Group gap="xs">
            {term}
            {differs !== undefined && (
              <Badge variant="light" color={differs ? 'yellow' : 'gray'} tt="none">
                {t(differs ? 'ideas.compare.differs' : 'ideas.compare.same')}
              </Badge>
            )}
          </Group>
        </th>
      </tr>
      <tr>{children}</tr>
    </>
  );
}

const Cell = ({ children }: { children: React.ReactNode }) => <td>{children}</td>;

/** A list of one side; what the other lacks says so, and claims say what carries them. */
function Entries({ entries }: { entries: readonly (Entry | ComparedClaim)[] }) {
  const { t } = useTranslation();
  if (entries.length === 0) return t('ideas.compare.nothing');
  return (
    <ul className="plain-list">
      {entries.map((entry) => (
        <li key={entry.text} className={classes.entry}>
          <Text component="span" size="sm" fw={entry.alone ? 600 : 400}>
            {entry.text}
          </Text>{' '}
          <Text component="span" size="xs" c="dimmed">
            {[entry.alone ? t('ideas.compare.alone') : '', 'sources' in entry ? support(entry) : ''].filter(Boolean).join(' · ')}
          </Text>
        </li>
      ))}
    </ul>
  );

  function support(claim: ComparedClaim) {
    if (claim.supported) return t('ideas.sources', { count: claim.sources });
    return t(claim.waived ? 'ideas.compare.waived' : 'ideas.compare.unsupported');
  }
}
