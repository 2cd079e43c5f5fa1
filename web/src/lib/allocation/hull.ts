/** One channel's table: outcome at spends in whole minor units, both rising; straight between, held beyond. */
export type Row = { readonly spends: Float64Array; readonly values: Float64Array };

/**
 * The least concave function above a row on a range: corners with falling slopes between them.
 * `exact` is 1 where nothing of the row lies below the segment.
 */
export type Hull = {
  readonly spends: Float64Array;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  readonly exact: Uint8Array;
};

/** A row without repeated spends: the first value of each counts. */
export function rowOf(spends: readonly number[], values: readonly number[]): Row {
  const kept = spends.map((_, i) => i).filter((i) => i === 0 || at(spends, i) > at(spends, i - 1));
  return { spends: Float64Array.from(kept, (i) => at(spends, i)), values: Float64Array.from(kept, (i) => at(values, i)) };
}

/** The straight line through two points, at `spend` between them. */
export const between = (left: number, leftValue: number, right: number, rightValue: number, spend: number): number =>
  leftValue + (rightValue - leftValue) * ((spend - left) / (right - left));

/** How many of the rising `numbers` are at most `limit`. */
export function countUpTo(numbers: Float64Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(numbers, middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Outcome of a row at `spend` minor units. */
export function valueAt({ spends, values }: Row, spend: number): number {
  const last = spends.length - 1;
  if (spend <= at(spends, 0)) return at(values, 0);
  if (spend >= at(spends, last)) return at(values, last);
  const above = countUpTo(spends, spend);
  return between(at(spends, above - 1), at(values, above - 1), at(spends, above), at(values, above), spend);
}

/** The concave hull of `row` on [low, high], minor units, 0 <= low <= high. */
export function hullOf(row: Row, low: number, high: number): Hull {
  const { spends, values } = points(row, low, high);
  const corners = new Int32Array(spends.length);
  const slopes = new Float64Array(Math.max(spends.length - 1, 0));
  let segments = 0;
  for (let point = 1; point < spends.length; point++) {
    const rise = (corner: number) => (at(values, point) - at(values, corner)) / (at(spends, point) - at(spends, corner));
    let slope = rise(at(corners, segments));
    while (segments > 0 && slope >= at(slopes, segments - 1)) {
      segments -= 1;
      slope = rise(at(corners, segments));
    }
    slopes[segments] = slope;
    segments += 1;
    corners[segments] = point;
  }
  const found = corners.subarray(0, segments + 1);
  return {
    spends: Float64Array.from(found, (corner) => at(spends, corner)),
    values: Float64Array.from(found, (corner) => at(values, corner)),
    slopes: slopes.slice(0, segments),
    exact: Uint8Array.from({ length: segments }, (_, i) => (at(found, i + 1) - at(found, i) === 1 ? 1 : 0)),
  };
}

/** The ends of the range and the knots inside it. */
function points(row: Row, low: number, high: number): Row {
  if (low === high) return { spends: Float64Array.of(low), values: Float64Array.of(valueAt(row, low)) };
  const first = countUpTo(row.spends, low);
  let last = countUpTo(row.spends, high);
  if (last > 0 && at(row.spends, last - 1) === high) last -= 1;
  const inside = Math.max(last - first, 0);
  const spends = new Float64Array(inside + 2);
  const values = new Float64Array(inside + 2);
  spends[0] = low;
  values[0] = valueAt(row, low);
  spends.set(row.spends.subarray(first, first + inside), 1);
  values.set(row.values.subarray(first, first + inside), 1);
  spends[inside + 1] = high;
  values[inside + 1] = valueAt(row, high);
  return { spends, values };
}

/** The number at an index that is known to exist. */
export const at = (numbers: ArrayLike<number>, index: number): number => numbers[index] as number;
