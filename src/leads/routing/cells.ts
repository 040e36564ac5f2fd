import { groupBy } from '../../core/group-by.ts';
import { knowledgeStates } from '../decision.ts';
import { takesForm, type RoutedForm, type Rule } from './rule.ts';

/** How many states a partner has cells for. */
export const STATES = knowledgeStates.length;
/** No rule matches: the form's default holds. */
export const NOBODY = -1;
const FIRST_TIE = -2;

/** Who wins the requests of forms that differ in nothing that decides. */
export interface Block {
  /** Places of the forms in the file. */
  readonly forms: readonly number[];
  /**
   * For each partner, and behind the last one for none, a cell for each state: the place of the rule with the highest rank,
   * NOBODY, or a tie.
   */
  readonly cells: Int32Array;
  /** Places of all rules that take these forms, with some partner and in some state. */
  readonly candidates: ReadonlySet<number>;
}

/** The winners of all requests. */
export interface Cells {
  readonly blocks: readonly Block[];
  /** Places of the rules of each tie, in the order of the file. */
  readonly ties: readonly (readonly number[])[];
}

/** The places of the rules that a cell stands for: none, one, or those of a tie. */
export function rulesIn({ ties }: Cells, cell: number): readonly number[] {
  if (cell === NOBODY) return [];
  return cell >= 0 ? [cell] : (ties[FIRST_TIE - cell] ?? []);
}

/** Rules of one rank, by their place; the higher rank wins. */
interface Best {
  readonly rank: number;
  readonly places: readonly number[];
}

const NONE: Best = { rank: Number.NEGATIVE_INFINITY, places: [] };

/** Finds the winners of every request, once for each block of equal forms. */
export function cellsOf(forms: readonly RoutedForm[], partners: readonly string[], rules: readonly Rule[]): Cells {
  const ties: (readonly number[])[] = [];
  const cellOf = tieKeeper(ties);
  const ranked = [...rules.keys()].sort((one, other) => (rules[other]?.rank ?? 0) - (rules[one]?.rank ?? 0) || one - other);
  const placeOf = new Map(partners.map((id, place) => [id, place]));
  const alike = groupBy([...forms.keys()], (place) => JSON.stringify([forms[place]?.theme, forms[place]?.product, forms[place]?.brand]));
  const blocks = [...alike.values()].map((places): Block => {
    const form = forms[places[0] ?? 0];
    const candidates = form === undefined ? [] : ranked.filter((place) => isTaken(rules[place], form));
    return { forms: places, cells: blockCells(rules, candidates, placeOf, cellOf), candidates: new Set(candidates) };
  });
  return { blocks, ties };
}

function isTaken(rule: Rule | undefined, form: RoutedForm): boolean {
  return rule !== undefined && rule.states !== 0 && takesForm(rule, form);
}

/** @param candidates by rank, the highest first */
function blockCells(rules: readonly Rule[], candidates: readonly number[], placeOf: ReadonlyMap<string, number>, cellOf: (best: Best) => number): Int32Array {
  const anybodys: number[] = [];
  const byPartner = new Map<number, number[]>();
  for (const place of candidates) {
    const rule = rules[place];
    const partner = rule?.given.includes('partner') === true ? (placeOf.get(rule.partner ?? '') ?? placeOf.size) : undefined;
    if (partner === undefined) anybodys.push(place);
    else if (byPartner.get(partner)?.push(place) === undefined) byPartner.set(partner, [place]);
  }
  const common = bestOf(rules, anybodys);
  const cells = new Int32Array((placeOf.size + 1) * STATES);
  const row = common.map(cellOf);
  for (let at = 0; at < cells.length; at += STATES) cells.set(row, at);
  for (const [partner, own] of byPartner) cells.set(bestOf(rules, own).map((best, depth) => cellOf(higher(best, common[depth] ?? NONE))), partner * STATES);
  return cells;
}

/** For each state the rules of the highest rank. */
function bestOf(rules: readonly Rule[], candidates: readonly number[]): Best[] {
  return knowledgeStates.map((_, depth) => {
    const takes = (place: number): boolean => ((rules[place]?.states ?? 0) & (1 << depth)) !== 0;
    const first = candidates.findIndex(takes);
    const place = candidates[first];
    if (place === undefined) return NONE;
    const rank = rules[place]?.rank ?? 0;
    const places = [place];
    for (let at = first + 1; at < candidates.length; at++) {
      const next = candidates[at] ?? 0;
      if (rules[next]?.rank !== rank) break;
      if (takes(next)) places.push(next);
    }
    return { rank, places };
  });
}

function higher(one: Best, other: Best): Best {
  if (one.rank === other.rank) return one === other ? one : { rank: one.rank, places: [...one.places, ...other.places].sort((a, b) => a - b) };
  return one.rank > other.rank ? one : other;
}

/** Gives each different tie a number, behind those of rules. */
function tieKeeper(ties: (readonly number[])[]): (best: Best) => number {
  const known = new Map<string, number>();
  return ({ places }) => {
    if (places.length < 2) return places[0] ?? NOBODY;
    const key = places.join();
    const cell = known.get(key) ?? FIRST_TIE - ties.length;
    if (!known.has(key)) {
      known.set(key, cell);
      ties.push(places);
    }
    return cell;
  };
}
