import type { PublicIds } from '../../orders/ids/ids.ts';
import type { Target } from '../targets/target.ts';
import type { Entry } from './entries.ts';
import type { ProblemLog } from './problems.ts';
import type { PartnerSpec } from './schema.ts';

/** A partner who sends leads. */
export interface Partner {
  readonly id: string;
  /** `par_…`, a keyed hash of the id. */
  readonly publicId: string;
  /** What a lead of the partner is answered with at its network; null for nothing. */
  readonly postback: NonNullable<PartnerSpec['postback']> | null;
  /** Where the redirect of a new person goes through; null for nowhere. */
  readonly via: Target | null;
}

/** Compiles the partners, and reports redirects that lead astray. */
export function partnersOf(entries: readonly Entry<PartnerSpec>[], ids: PublicIds, log: ProblemLog): Partner[] {
  return entries.map(({ value: { id, postback, via }, place }) => {
    const path = ['partners', place, 'via'];
    if (via?.includes('{next}') === false) log.add(path, 'has no {next}, so nobody would arrive');
    return { id, publicId: ids('par', id), postback: postback ?? null, via: via === undefined ? null : log.target(path, via, ['next']) };
  });
}
