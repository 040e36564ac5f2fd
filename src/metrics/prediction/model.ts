import { holdoutError, refusalOfHoldout, type Holdout, type RefusalReason } from './refusal.ts';
import type { Fit } from './maximise.ts';

/** A fitted model with how well it did on the time held out. */
interface TestedModel<Name extends string> {
  readonly refused: null;
  readonly customers: number;
  readonly fit: Fit<Name>;
  readonly holdout: Holdout;
  readonly error: number;
}

/** Why there is no model, with how a fit did on the time held out if it came so far. */
interface RefusedModel {
  readonly refused: RefusalReason;
  readonly customers: number;
  readonly holdout: Holdout | null;
  readonly error: number | null;
}

export type Model<Name extends string> = TestedModel<Name> | RefusedModel;

/** Refused before anything was tested. */
export function refusedModel(refused: RefusalReason, customers: number): RefusedModel {
  return { refused, customers, holdout: null, error: null };
}

/** The model of a fit, unless what was held out says that it must not be believed. */
export function testedModel<Name extends string>(fit: Fit<Name>, customers: number, holdout: Holdout): Model<Name> {
  const refused = refusalOfHoldout(holdout);
  const error = holdout.actual === 0 ? null : holdoutError(holdout);
  if (refused !== undefined || error === null) return { refused: refused ?? 'holdout_thin', customers, holdout, error };
  return { refused: null, customers, fit, holdout, error };
}
