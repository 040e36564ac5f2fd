import type { LocalDate } from '../../core/time.ts';
import type { StatedVersion } from '../../enriched/chains/states.ts';
import type { ChainAmendment } from '../../enriched/chains/suspensions.ts';
import type { MrrCharge } from './mrr-chain.ts';

/** A version of a subscription. */
export interface VersionFact extends StatedVersion {
  readonly id: string;
  readonly chainId: string;
  readonly version: number;
  readonly isLatest: boolean;
  readonly currentTerm: number | null;
  /** The rest stands on latest versions only. */
  readonly chainStart: LocalDate | null;
  readonly class: string | null;
  /** True if a text decided the class, not what is charged. */
  readonly isClassNamed: boolean;
  readonly replaces: boolean;
  readonly isReplaced: boolean;
}

export interface ChargeFact extends MrrCharge {
  readonly versionId: string | null;
  readonly currency: string | null;
}

export interface AmendmentFact extends ChainAmendment {
  readonly versionId: string | null;
}

export interface InvoiceFact {
  readonly id: string;
  readonly number: string | null;
  readonly date: LocalDate | null;
  readonly status: string | null;
}

/** A line of an invoice; amounts in minor units, without tax unless the line is itself one of tax. */
export interface LineFact {
  readonly id: string;
  readonly invoiceId: string | null;
  readonly chainId: string | null;
  /** The line that a line of tax or a discount belongs to. */
  readonly appliedTo: string | null;
  readonly isTax: boolean;
  readonly amount: number | null;
  readonly tax: number | null;
}

/** What MRR needs of a billing account. Rows come in any order. */
export interface MrrAccount {
  readonly brand: string;
  readonly accountId: string;
  readonly personId: string;
  readonly market: string | null;
  readonly currency: string | null;
  readonly isTest: boolean;
  readonly createdOn: LocalDate | null;
  readonly versions: readonly VersionFact[];
  readonly charges: readonly ChargeFact[];
  readonly amendments: readonly AmendmentFact[];
  readonly invoices: readonly InvoiceFact[];
  readonly lines: readonly LineFact[];
}

/** What MRR needs of a person. */
export interface MrrPerson {
  readonly personId: string;
  readonly accounts: readonly MrrAccount[];
  /** Accounts of others that share a chain with this person: its earlier versions may be theirs. */
  readonly neighbours: readonly MrrAccount[];
}
