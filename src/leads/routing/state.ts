import { knowledgeStates, type KnowledgeState } from '../decision.ts';

/** A condition on the state: each of these holds, or does not. */
export interface When {
  readonly known?: boolean | undefined;
  readonly known_active?: boolean | undefined;
  readonly known_active_same_brand?: boolean | undefined;
}

/** The states for which a condition holds: bit n stands for the nth state. A deeper state satisfies the wider conditions too. */
export function statesOf(when: When): number {
  let states = 0;
  for (let depth = 0; depth < knowledgeStates.length; depth++) {
    const holds = [when.known, when.known_active, when.known_active_same_brand].every((wanted, index) => wanted === undefined || wanted === depth > index);
    if (holds) states |= 1 << depth;
  }
  return states;
}

/** The states that are in a set of bits, the shallowest first. */
export function statesIn(states: number): KnowledgeState[] {
  return knowledgeStates.filter((_, depth) => (states & (1 << depth)) !== 0);
}
