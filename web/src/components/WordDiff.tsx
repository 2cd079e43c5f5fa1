import { diffWords } from 'diff';
import classes from './WordDiff.module.css';

/** One text over another: what was taken out is struck through, what was put in is underlined. */
export function WordDiff({ before, after }: { before: string; after: string }) {
  let at = 0;
  return (
    <span>
      {diffWords(before, after).map((part) => {
        const key = `${at}-${part.added ? 'in' : part.removed ? 'out' : 'same'}`;
        at += part.value.length;
        if (part.added)
          return (
            <ins key={key} className={classes.added}>
              {part.value}
            </ins>
          );
        if (part.removed)
          return (
            <del key={key} className={classes.removed}>
              {part.value}
            </del>
          );
        return <span key={key}>{part.value}</span>;
      })}
    </span>
  );
}
