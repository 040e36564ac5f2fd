import { firstCodePoints } from '../../core/text/code-points.ts';
import { clickIdNames } from '../click-ids.ts';
import type { LeadRecord } from '../lead-record.ts';
import type { FormPair } from '../pairs.ts';

const UTM = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] as const;
const CLICK_IDS = ['gclid', 'gbraid', 'wbraid', 'dclid', 'fbclid', 'msclkid', 'ttclid', 'li_fat_id', 'twclid'] as const;
const SUBS = ['sub1', 'sub2', 'sub3', 'sub4', 'sub5'] as const;
const columns = [...UTM, ...CLICK_IDS, ...SUBS] as const;

const MOST_CHARACTERS = 500;
const MOST_PARAMS = 50;

/** Columns of `leads` that say where it came from; null where the lead does not. */
export type Campaign = Readonly<Record<(typeof columns)[number] | 'click_id', string | null>>;

/** Step 7: where the lead came from, and the parameters that nobody has a column for. */
export interface Marketing {
  readonly campaign: Campaign;
  /** At most 50, the first of each name. */
  readonly params: readonly { readonly name: string; readonly value: string }[];
}

/** Reads the query, then the fields that the form does not declare: the address says more of a campaign than a page. */
export function marketingOf({ query, extra, pairs }: Pick<LeadRecord, 'query' | 'extra' | 'pairs'>, declared: ReadonlySet<string>): Marketing {
  const values = new Map<string, string>();
  for (const [name, text] of [...query, ...extra, ...undeclared(pairs, declared)]) {
    const value = text?.trim() ?? '';
    if (value !== '' && !declared.has(name) && !values.has(name)) values.set(name, firstCodePoints(value, MOST_CHARACTERS));
  }
  const take = (...names: readonly string[]): string | null => names.map((name) => values.get(name)).find((value) => value !== undefined) ?? null;
  const campaign = { ...Object.fromEntries(columns.map((name) => [name, take(name)])), click_id: take(...clickIdNames) } as Campaign;
  const known = new Set<string>([...columns, ...clickIdNames]);
  const params = [...values].flatMap(([name, value]) => (known.has(name) ? [] : [{ name: firstCodePoints(name, MOST_CHARACTERS), value }])).slice(0, MOST_PARAMS);
  return { campaign, params };
}

function undeclared(pairs: readonly FormPair[], declared: ReadonlySet<string>): readonly FormPair[] {
  return pairs.filter(([name]) => !declared.has(name));
}
