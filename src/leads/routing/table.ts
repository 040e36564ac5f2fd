import { knowledgeStates, type KnowledgeState } from '../decision.ts';
import { NOBODY, STATES, rulesIn, type Cells } from './cells.ts';

/** The winner of every request (form, partner or none, state) in one array: a look-up is one access. */
export interface RoutingTable {
  /** Place of the rule in the file; -1 where none matches and the form's default holds. */
  readonly winners: Int16Array | Int32Array;
  readonly partners: number;
}

const MOST_OF_16_BITS = 32_767;

/** Spreads the cells over all forms; of a tie, by which nothing is routed, the first rule of the file stands in it. */
export function tableOf(cells: Cells, forms: number, partners: number, rules: number): RoutingTable {
  const size = (partners + 1) * STATES;
  const winners = rules <= MOST_OF_16_BITS ? new Int16Array(forms * size) : new Int32Array(forms * size);
  for (const block of cells.blocks) {
    const row = cells.ties.length === 0 ? block.cells : block.cells.map((cell) => rulesIn(cells, cell)[0] ?? NOBODY);
    for (const place of block.forms) winners.set(row, place * size);
  }
  return { winners, partners };
}

/**
 * The rule that wins, by its place in the file; undefined where the form's default holds.
 * @param form place of the form in the file
 * @param partner place of the partner in the file; undefined for none
 */
export function winnerOf({ winners, partners }: RoutingTable, form: number, partner: number | undefined, state: KnowledgeState): number | undefined {
  const winner = winners[(form * (partners + 1) + (partner ?? partners)) * STATES + knowledgeStates.indexOf(state)] ?? NOBODY;
  return winner === NOBODY ? undefined : winner;
}
