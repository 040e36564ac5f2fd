import { parseDecimal } from '../../core/decimal.ts';
import { toMajor, toMinor } from '../../core/money.ts';
import type { PublicIds } from '../../orders/ids/ids.ts';
import type { Target } from '../targets/target.ts';
import type { Entry } from './entries.ts';
import type { ProblemLog } from './problems.ts';
import type { PartnerSpec } from './schema.ts';

/** A conversion for the network of a partner. */
export interface Postback {
  /** Id in destinations.yaml. */
  readonly destination: string;
  readonly on: readonly ('created' | 'restored' | 'duplicate')[];
  /** In major units, with all digits of the currency: `4.50`; null for nothing. */
  readonly payout: string | null;
  /** ISO 4217; null without a payout. */
  readonly currency: string | null;
}

/** A partner who sends leads. */
export interface Partner {
  readonly id: string;
  /** `par_…`, a keyed hash of the id. */
  readonly publicId: string;
  /** What its network is told of a lead; null for nothing. */
  readonly postback: Postback | null;
  /** Where the redirect of a new person goes through; null for nowhere. */
  readonly via: Target | null;
}

/** Compiles the partners, and reports redirects that lead astray. */
export function partnersOf(entries: readonly Entry<PartnerSpec>[], ids: PublicIds, log: ProblemLog): Partner[] {
  return entries.map(({ value: { id, postback, via }, place }) => {
    const path = ['partners', place, 'via'];
    if (via?.includes('{next}') === false) log.add(path, 'has no {next}, so nobody would arrive');
    if (postback?.payout !== undefined && payoutOf(postback) === null) log.add(['partners', place, 'postback', 'payout'], `is no amount in ${postback.currency ?? ''}`);
    return { id, publicId: ids('par', id), postback: postbackOf(postback), via: via === undefined ? null : log.target(path, via, ['next']) };
  });
}

function postbackOf(spec: PartnerSpec['postback']): Postback | null {
  return spec === undefined ? null : { destination: spec.destination, on: spec.on, payout: payoutOf(spec), currency: spec.currency ?? null };
}

/** The amount with all digits of its currency; null if there is none, or more digits than the currency has. */
function payoutOf({ payout, currency = '' }: NonNullable<PartnerSpec['postback']>): string | null {
  const decimal = payout === undefined ? undefined : parseDecimal(String(payout));
  const minor = decimal === undefined ? undefined : toMinor(decimal, currency);
  if (minor === undefined) return null;
  const text = toMajor(minor, currency);
  return parseDecimal(text) === decimal ? text : null;
}
