import { knowledgeStates } from '../decision.ts';
import { STATES, rulesIn, type Block, type Cells } from './cells.ts';
import type { RouteRequest, RoutedForm, Rule } from './rule.ts';

/** What a table of routes can fail its proof with (serve specification, "Routing"). */
export interface RouteProblem {
  readonly code: 'tie' | 'shadowed' | 'impossible' | 'unknown_value' | 'bad_target' | 'idle';
  /** An error ends the start; a warning does not. */
  readonly level: 'error' | 'warning';
  /** The rules that it is about; of a tie two. */
  readonly rules: readonly string[];
  /** Of a shadowed rule: who wins wherever it matches. */
  readonly by: readonly string[];
  /** A request that shows it. */
  readonly example: RouteRequest | null;
}

/** So many of those who beat a rule are named. */
export const MOST_NAMED = 20;

/** Finds ties, rules that are the highest for no request, and rules that no form and partner match. */
export function proveRoutes(cells: Cells, forms: readonly RoutedForm[], partners: readonly string[], rules: readonly Rule[]): RouteProblem[] {
  const placeOf = new Map([...partners.map((id, place) => [id, place] as const), ['none', partners.length]]);
  const table: Proved = { cells, forms, partners, rules, placeOf, seen: cells.blocks.map(seenIn) };
  if (cells.isCut) return tiesIn(table);
  const winners = new Set(table.seen.flatMap((byState) => byState.flatMap((examples) => [...examples.keys()].flatMap((cell) => rulesIn(cells, cell)))));
  // A rule that takes no state at all has been refused before.
  const losers = [...rules.keys()].filter((place) => rules[place]?.states !== 0 && !winners.has(place));
  return [...tiesIn(table), ...losers.map((place) => loserProblem(place, table))];
}

/** Of each state the different cells of a block, each with a partner who has it. */
type Seen = readonly ReadonlyMap<number, number>[];

interface Proved {
  readonly cells: Cells;
  readonly forms: readonly RoutedForm[];
  readonly partners: readonly string[];
  readonly rules: readonly Rule[];
  /** Of partners in the cells of a block, also of `none`. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** By the place of the block. */
  readonly seen: readonly Seen[];
}

function seenIn({ cells }: Block): Seen {
  return knowledgeStates.map((_, depth) => {
    const partnerOf = new Map<number, number>();
    // From behind: the absence of a partner is the plainest example.
    for (let at = cells.length - STATES + depth; at >= 0; at -= STATES) {
      const cell = cells[at] ?? 0;
      if (!partnerOf.has(cell)) partnerOf.set(cell, Math.floor(at / STATES));
    }
    return partnerOf;
  });
}

function tiesIn(table: Proved): RouteProblem[] {
  const { cells, rules, seen } = table;
  const ties = new Map<number, RouteProblem>();
  const done = new Set<number>();
  for (const [block, byState] of seen.entries()) {
    byState.forEach((examples, depth) => {
      for (const [cell, partner] of examples) {
        const places = done.has(cell) ? [] : rulesIn(cells, cell);
        done.add(cell);
        for (const [at, one] of places.entries()) {
          for (const other of places.slice(at + 1)) {
            const pair = one * rules.length + other;
            if (!ties.has(pair)) ties.set(pair, { code: 'tie', level: 'error', rules: [idOf(table, one), idOf(table, other)], by: [], example: requestOf(table, block, partner, depth) });
          }
        }
      }
    });
  }
  return [...ties].sort(([one], [other]) => one - other).map(([, tie]) => tie);
}

/** Of a rule that is nowhere the highest: who is where it matches, or that it matches nothing. */
function loserProblem(place: number, table: Proved): RouteProblem {
  const { cells } = table;
  const by = new Set<number>();
  let example: RouteRequest | null = null;
  for (const [block, { candidates }] of cells.blocks.entries()) {
    if (by.size >= MOST_NAMED) break;
    if (!candidates.has(place)) continue;
    for (const { cell, partner, depth } of requestsOf(place, block, table)) {
      if (by.size < MOST_NAMED) by.add(cell);
      example ??= requestOf(table, block, partner, depth);
    }
  }
  const rules = [idOf(table, place)];
  if (example === null) return { code: 'idle', level: 'warning', rules, by: [], example };
  const winners = new Set([...by].flatMap((cell) => rulesIn(cells, cell)));
  return { code: 'shadowed', level: 'error', rules, by: [...winners].sort((one, other) => one - other).map((each) => idOf(table, each)), example };
}

/** The different cells of the requests of a block that a rule matches. */
function requestsOf(place: number, block: number, { cells, rules, placeOf, seen }: Proved): { cell: number; partner: number; depth: number }[] {
  const rule = rules[place];
  const states = rule?.states ?? 0;
  const depths = [...knowledgeStates.keys()].filter((depth) => (states & (1 << depth)) !== 0);
  if (rule?.given.includes('partner') !== true) return depths.flatMap((depth) => [...(seen[block]?.[depth] ?? [])].map(([cell, partner]) => ({ cell, partner, depth })));
  const partner = placeOf.get(rule.partner ?? '') ?? 0;
  return depths.map((depth) => ({ cell: cells.blocks[block]?.cells[partner * STATES + depth] ?? 0, partner, depth }));
}

function requestOf({ cells, forms, partners }: Proved, block: number, partner: number, depth: number): RouteRequest {
  return {
    form: forms[cells.blocks[block]?.forms[0] ?? 0]?.id ?? '',
    partner: partners[partner] ?? null,
    state: knowledgeStates[depth] ?? 'unknown',
  };
}

function idOf({ rules }: Proved, place: number): string {
  return rules[place]?.id ?? '';
}
