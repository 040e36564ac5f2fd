import { readFileSync } from 'node:fs';

import type { LocalDate } from '../../src/core/time.ts';
import { chainStates, type ChainStates } from '../../src/enriched/chains/states.ts';
import type { ChargeCategory } from '../../src/enriched/rules/facts.ts';
import type { MrrChain, MrrCharge } from '../../src/metrics/mrr/mrr-chain.ts';

type Text = string | null;

export interface ChargeVector {
  readonly [field: string]: unknown;
}

/** A chain of a case, with the defaults of the file. */
export interface ChainVector {
  readonly chain: string;
  readonly brand: string;
  readonly currency: string;
  readonly class: string;
  readonly status: string;
  readonly term_type: string;
  readonly auto_renew: boolean | null;
  readonly current_term: number | null;
  readonly start_date: string;
  readonly contract_effective_date: Text;
  readonly end_date: Text;
  readonly term_end_date: Text;
  readonly cancelled_date: Text;
  readonly term_ends: readonly string[];
  readonly amendments: readonly { readonly type: string; readonly date: string }[];
  readonly tax: { readonly net: number; readonly tax: number };
  readonly is_test: boolean;
  readonly complimentary_by_name?: boolean;
  readonly replaces?: string;
  readonly charges: readonly ChargeVector[];
}

export interface MrrVector {
  readonly name: string;
  readonly as_of?: string;
  readonly chains: readonly ChainVector[];
  readonly segments: Readonly<Record<string, readonly unknown[]>>;
  readonly movements: readonly (readonly [date: string, kind: string, amount: number, currency?: string, scope?: string])[];
  readonly active?: Readonly<Record<string, number>>;
  readonly is_replacement?: readonly string[];
  readonly unpriced?: readonly string[];
}

interface VectorFile {
  readonly mrr_defaults: { readonly chain: object; readonly charge: object };
  readonly mrr: readonly MrrVector[];
}

const file = JSON.parse(readFileSync(new URL('../vectors/metrics.json', import.meta.url), 'utf8')) as VectorFile;

/** The cases of MRR and movements, their defaults filled in. */
export const mrrVectors: readonly MrrVector[] = file.mrr.map((vector) => ({
  ...vector,
  chains: vector.chains.map((chain) => {
    const own = { ...file.mrr_defaults.chain, ...chain };
    const whole = { ...own, contract_effective_date: ofStart(own.contract_effective_date, own) };
    return { ...whole, charges: chain.charges.map((charge) => ({ ...file.mrr_defaults.charge, start_date: whole.start_date, ...charge })) };
  }),
}));

/** The states of a chain, known on a day. */
export function statesOf(chain: ChainVector, asOf: string): ChainStates & { readonly start: LocalDate } {
  const latest = {
    ...{ status: chain.status, termType: chain.term_type, autoRenew: chain.auto_renew, contractEffective: chain.contract_effective_date as LocalDate | null },
    ...{ subscriptionEnd: chain.end_date as LocalDate | null, termEnd: chain.term_end_date as LocalDate | null, cancelled: chain.cancelled_date as LocalDate | null },
    updated: asOf as LocalDate,
  };
  const amendments = chain.amendments.map(({ type, date }) => ({ type, status: 'Completed', effective: date as LocalDate }));
  const start = chain.start_date as LocalDate;
  return { ...chainStates({ start, latest, amendments }), start };
}

/** A chain as its MRR is made of it. */
export function mrrChainOf(chain: ChainVector, asOf: string): MrrChain {
  return {
    states: statesOf(chain, asOf),
    charges: chain.charges.map((charge, index) => chargeOf(charge, index)),
    termEnds: [...chain.term_ends, chain.term_end_date, chain.end_date].filter((date) => date !== null) as LocalDate[],
    termType: chain.term_type,
    currentTerm: chain.current_term,
    contractEffective: chain.contract_effective_date as LocalDate | null,
    isFree: chain.class === 'gift' || chain.complimentary_by_name === true,
    tax: { ...chain.tax, from: 'chain' },
  };
}

function chargeOf(charge: ChargeVector, index: number): MrrCharge {
  const text = (name: string): Text => charge[name] as Text;
  const number = (name: string): number | null => charge[name] as number | null;
  return {
    ...{ id: `charge-${index}`, planId: String(charge['plan']), isCurrent: charge['is_current'] === true },
    ...{ chargeType: text('charge_type'), chargeModel: text('charge_model'), category: text('category') as ChargeCategory, billingPeriod: text('billing_period') },
    ...{ quantity: text('quantity'), price: number('price'), mrr: number('mrr'), discountPercentage: text('discount_percentage'), discountAmount: number('discount_amount') },
    ...{ start: text('start_date') as LocalDate | null, end: text('end_date') as LocalDate | null },
  };
}

function ofStart(date: Text, { start_date: start }: { readonly start_date: string }): Text {
  return date === 'start_date' ? start : date;
}
