import { groupBy } from '../../core/group-by.ts';
import { knowledgeStates } from '../decision.ts';
import { takesForm, type RoutedForm, type Rule } from './rule.ts';

/** How many states a partner has cells for. */
export const STATES = knowledgeStates.length;
/** No rule matches: the form's default holds. */
export const NOBODY = -1;
const FIRST_TIE = -2;

/** Who wins the requests of forms that the same rules take. */
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
  /** True: there are more ties, or more rules in one, than are told apart; then who never wins cannot be told. */
  readonly isCut: boolean;
}

/** Of so many ties, and so many rules in each, pairs are named: whoever has more corrects these first. */
const MOST_TIES = 100;
const MOST_TIED = 16;

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
  const keeper = tieKeeper();
  const ranked = [...rules.keys()].sort((one, other) => (rules[other]?.rank ?? 0) - (rules[one]?.rank ?? 0) || one - other);
  const placeOf = new Map(partners.map((id, place) => [id, place]));
  const alike = groupBy([...forms.keys()], (place) => JSON.stringify([forms[place]?.theme, forms[place]?.product, forms[place]?.brand]));
  // Forms that the same rules take have the same winners: many forms and few rules make few blocks.
  const taken = groupBy([...alike.values()].map((places) => ({ places, candidates: candidatesOf(rules, ranked, forms[places[0] ?? 0]) })), ({ candidates }) => candidates.join());
  const blocks = [...taken.values()].map((group): Block => {
    const { candidates } = group[0] ?? { candidates: [] };
    return { forms: group.flatMap(({ places }) => places), cells: blockCells(rules, candidates, placeOf, keeper), candidates: new Set(candidates) };
  });
  return { blocks, ties: keeper.ties, isCut: keeper.isCut() };
}

function candidatesOf(rules: readonly Rule[], ranked: readonly number[], form: RoutedForm | undefined): number[] {
  if (form === undefined) return [];
  return ranked.filter((place) => {
    const rule = rules[place];
    return rule !== undefined && rule.states !== 0 && takesForm(rule, form);
  });
}

/** @param candidates by rank, the highest first */
function blockCells(rules: readonly Rule[], candidates: readonly number[], placeOf: ReadonlyMap<string, number>, keeper: TieKeeper): Int32Array {
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
  const row = common.map((best) => keeper.cellOf(best, NONE));
  for (let at = 0; at < cells.length; at += STATES) cells.set(row, at);
  for (const [partner, own] of byPartner) cells.set(bestOf(rules, own).map((best, depth) => keeper.cellOf(best, common[depth] ?? NONE)), partner * STATES);
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
    // One more than are named tells that there are more.
    for (let at = first + 1; at < candidates.length && places.length <= MOST_TIED; at++) {
      const next = candidates[at] ?? 0;
      if (rules[next]?.rank !== rank) break;
      if (takes(next)) places.push(next);
    }
    return { rank, places };
  });
}

interface TieKeeper {
  readonly ties: readonly (readonly number[])[];
  /** The cell of the higher of two; of equal ones a tie. */
  cellOf(one: Best, other: Best): number;
  isCut(): boolean;
}

/** Gives each different tie a number, behind those of rules. */
function tieKeeper(): TieKeeper {
  const ties: (readonly number[])[] = [];
  const known = new Map<string, number>();
  let isCut = false;
  return {
    ties,
    isCut: () => isCut,
    cellOf(one, other) {
      const [best, beaten] = one.rank >= other.rank ? [one, other] : [other, one];
      const isTie = best.rank === beaten.rank ? best.places.length > 0 : best.places.length > 1;
      if (!isTie) return best.places[0] ?? NOBODY;
      if (ties.length >= MOST_TIES) {
        isCut = true;
        return FIRST_TIE;
      }
      const all = best.rank === beaten.rank ? [...best.places, ...beaten.places].sort((a, b) => a - b) : best.places;
      const places = all.slice(0, MOST_TIED);
      if (all.length > MOST_TIED) isCut = true;
      const key = places.join();
      const cell = known.get(key) ?? FIRST_TIE - ties.length;
      if (!known.has(key)) {
        known.set(key, cell);
        ties.push(places);
      }
      return cell;
    },
  };
}
