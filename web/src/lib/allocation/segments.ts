import { at, type Hull } from './hull';

/** Hull segments of several channels, steepest first; of equals the earlier channel. */
export type Segments = {
  readonly slopes: Float64Array;
  readonly lengths: Float64Array;
  readonly channels: Int32Array;
};

const NONE: Segments = { slopes: new Float64Array(0), lengths: new Float64Array(0), channels: new Int32Array(0) };

/** The segments of one channel's hull, as they are. */
function ofHull(hull: Hull, channel: number): Segments {
  const count = hull.slopes.length;
  const lengths = new Float64Array(count);
  for (let i = 0; i < count; i++) lengths[i] = at(hull.spends, i + 1) - at(hull.spends, i);
  return { slopes: hull.slopes, lengths, channels: new Int32Array(count).fill(channel) };
}

/** Two lists as one; of equal slopes the lower channel comes first. */
function merge(a: Segments, b: Segments): Segments {
  const count = a.slopes.length + b.slopes.length;
  const slopes = new Float64Array(count);
  const lengths = new Float64Array(count);
  const channels = new Int32Array(count);
  let i = 0;
  let j = 0;
  for (let k = 0; k < count; k++) {
    const first = j >= b.slopes.length || (i < a.slopes.length && isBefore(a, i, b, j));
    const from = first ? a : b;
    const index = first ? i++ : j++;
    slopes[k] = at(from.slopes, index);
    lengths[k] = at(from.lengths, index);
    channels[k] = at(from.channels, index);
  }
  return { slopes, lengths, channels };
}

/** Does segment `i` of `a` come before segment `j` of `b`? */
export function isBefore(a: Segments, i: number, b: Segments, j: number): boolean {
  const [steep, other] = [at(a.slopes, i), at(b.slopes, j)];
  return steep > other || (steep === other && at(a.channels, i) <= at(b.channels, j));
}

/** The merged order of the hulls of `channels`: neighbours are merged first, so that every segment moves only a few times. */
export function mergedSegments(hulls: readonly Hull[], channels: readonly number[]): Segments {
  let lists = channels.flatMap((channel) => {
    const hull = hulls[channel];
    return hull && hull.slopes.length > 0 ? [ofHull(hull, channel)] : [];
  });
  while (lists.length > 1) {
    const next: Segments[] = [];
    for (let i = 0; i < lists.length; i += 2) {
      const [a, b] = [lists[i] ?? NONE, lists[i + 1]];
      next.push(b ? merge(a, b) : a);
    }
    lists = next;
  }
  return lists[0] ?? NONE;
}
