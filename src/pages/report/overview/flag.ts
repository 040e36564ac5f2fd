/** Something that a reader should look at, of a brand. */
export interface Flag {
  readonly what: string;
  /** Null: of all brands, or of none. */
  readonly brand: string | null;
  readonly count: number;
  /** The worst of them in words. */
  readonly which: string;
  /** The page that shows them all; null where none does. */
  readonly page: string | null;
}

/** So many are named; their page has all. */
const NAMED = 5;

/** A flag of these things, the worst first; none without one. */
export function flagOf(what: string, brand: string | null, things: readonly string[], page: string | null): Flag[] {
  if (things.length === 0) return [];
  const more = things.length > NAMED ? ` and ${things.length - NAMED} more` : '';
  return [{ what, brand, count: things.length, which: `${things.slice(0, NAMED).join('; ')}${more}`, page }];
}
