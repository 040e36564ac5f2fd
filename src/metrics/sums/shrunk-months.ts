/** A month of a table of sums that has lost rows. */
export interface ShrunkMonth {
  readonly table: string;
  /** A brand, or GROUP. */
  readonly brand: string;
  /** `2025-01` */
  readonly month: string;
  readonly before: number;
  readonly after: number;
}

/** A past month that loses more of its rows than this is told of (metrics, "Bad input"): facts went missing, rather than were corrected. */
const MOST_LOST = 0.3;
/** Of fewer rows a third is one or two, which means nothing. */
const FEWEST_ROWS = 10;

/** The rows by which each month has shrunk: those that it had among these changes, less those that it has. */
export function lossesByMonth(before: readonly string[], after: readonly string[]): Map<string, number> {
  const losses = new Map<string, number>();
  for (const [periods, sign] of [[before, 1], [after, -1]] as const) {
    for (const period of periods) losses.set(period.slice(0, 7), (losses.get(period.slice(0, 7)) ?? 0) + sign);
  }
  return new Map([...losses].filter(([, lost]) => lost > 0));
}

/** Those of the months that are over and have lost more than they may. @param thisMonth of the day as of which sums are */
export function tooMuchLost(months: readonly ShrunkMonth[], thisMonth: string): ShrunkMonth[] {
  return months.filter(({ month, before, after }) => month < thisMonth && before >= FEWEST_ROWS && before - after > before * MOST_LOST);
}
