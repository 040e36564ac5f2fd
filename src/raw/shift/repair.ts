import { normaliseHeader, type Column } from '../contract.ts';
import { describeKind } from '../kinds.ts';
import { align, type Alignment, type Plan } from './align.ts';
import { editsOf, type Edit } from './edits.ts';
import { plansOf, type SeenRow } from './plans.ts';
import { costOfHabits } from './habits.ts';
import type { Profile } from './profile.ts';
import { scoreOf, type Score } from './score.ts';

/** A row that is not healthy, with what is known of its columns. */
export interface RepairRequest {
  /** The columns in the order of the part's header; undefined for a header that the contract does not know. */
  readonly columns: readonly (Column | undefined)[];
  readonly fields: readonly (string | null)[];
  /** The text of the line without its line end, where the source has lines. */
  readonly raw?: string;
  /** `,` unless told otherwise. */
  readonly delimiter?: string;
  /** What healthy rows of the part look like; without it more rows are ambiguous. */
  readonly profile?: Profile;
}

/** What became of a row. `fields` has one text per column, null for an empty one; the texts are not canonical yet. */
export type RepairOutcome =
  | { readonly kind: 'fine' }
  | { readonly kind: 'repaired'; readonly fields: (string | null)[]; readonly edits: readonly Edit[] }
  | { readonly kind: 'skip'; readonly reason: 'repeated_header' }
  | Quarantine;

/** A row that cannot be stored. `value` may be personal data: it is kept with the row, never logged. */
export interface Quarantine {
  readonly kind: 'quarantine';
  readonly code: 'ambiguous_shift' | 'invalid_value' | 'missing_value' | 'unrepairable';
  readonly column?: string;
  readonly value?: string;
  /** A sentence without the value. */
  readonly reason: string;
}

interface Reading extends Alignment {
  readonly plan: Plan;
}

/** The best reading must be this much better than any other: about ten times as likely. */
const MARGIN = 2.3;
/** Rows with more fields than this many times the columns are not worth reading. */
const MOST_FIELDS = 4;

/**
 * Mends a row whose fields do not stand under their columns, if there is one reading of it that is clearly best
 * (billing specification, "Column shift"). Pure; the work is bounded whatever the row holds.
 */
export function repairRow(request: RepairRequest): RepairOutcome {
  const { columns, fields } = request;
  const live = scoreOf(columns, false, request.profile);
  const deletion = scoreOf(columns, true);
  if (isHealthy(live, fields) || isHealthy(deletion, fields)) return { kind: 'fine' };
  if (isHeader(columns, fields)) return { kind: 'skip', reason: 'repeated_header' };
  if (fields.length > columns.length * MOST_FIELDS) return unrepairable(columns, fields.length);
  const row: SeenRow = { fields, raw: request.raw, delimiter: request.delimiter ?? ',' };
  const outcome = decide(columns, fields, readingsOf(live, row, request.profile));
  if (outcome.kind === 'repaired' || outcome.code === 'ambiguous_shift' || !fields.some(isTrue)) return outcome;
  const deleted = decide(columns, fields, readingsOf(deletion, row));
  return deleted.kind === 'repaired' ? deleted : outcome;
}

/** The two cheapest different readings over all plans. */
function readingsOf(score: Score, row: SeenRow, profile?: Profile): Reading[] {
  const readings = plansOf(score, row)
    .flatMap((plan) => align(score, plan).map((alignment) => ({ ...alignment, plan })))
    .map((reading) => (profile ? { ...reading, cost: reading.cost + costOfHabits(profile, reading.values) } : reading))
    .sort((one, other) => one.cost - other.cost);
  const [best] = readings;
  if (!best) return [];
  const second = readings.find((reading) => !sameValues(reading.values, best.values));
  return second ? [best, second] : [best];
}

function decide(
  columns: readonly (Column | undefined)[],
  fields: readonly (string | null)[],
  [best, second]: readonly Reading[],
): Extract<RepairOutcome, { kind: 'repaired' }> | Quarantine {
  if (!best) return unrepairable(columns, fields.length);
  if (best.invalidAt !== undefined) return refuse(columns, fields, best);
  if (second && second.cost - best.cost < MARGIN) {
    // A bad value under its own column explains the row as well as a shift does: the plainer explanation is reported.
    if (isIdentity(second)) return refuse(columns, fields, second);
    return {
      kind: 'quarantine',
      code: 'ambiguous_shift',
      reason: 'The values do not stand under their columns, and more than one way to mend the row fits.',
    };
  }
  return { kind: 'repaired', fields: [...best.values], edits: editsOf(best.plan, best) };
}

/** The reading that comes nearest still has a value that its column cannot hold. */
function refuse(columns: readonly (Column | undefined)[], fields: readonly (string | null)[], reading: Reading): Quarantine {
  const at = reading.invalidAt ?? 0;
  const column = columns[at];
  const value = reading.values[at] ?? undefined;
  const missing = value === undefined;
  const found = { ...(column && { column: column.name }), ...(value !== undefined && { value }) };
  const why = column ? fault(column, missing) : 'a value is damaged';
  return fields.length === columns.length
    ? { kind: 'quarantine', code: missing ? 'missing_value' : 'invalid_value', ...found, reason: `${why}.` }
    : { kind: 'quarantine', code: 'unrepairable', ...found, reason: `${widthOf(columns, fields.length)} and no way to mend it fits: ${why}.` };
}

function unrepairable(columns: readonly (Column | undefined)[], count: number): Quarantine {
  return { kind: 'quarantine', code: 'unrepairable', reason: `${widthOf(columns, count)} and no way to mend it fits.` };
}

function widthOf(columns: readonly unknown[], count: number): string {
  return `The row has ${count} fields instead of ${columns.length},`;
}

function fault(column: Column, missing: boolean): string {
  return missing ? `${column.name} is required and empty` : `${column.name} is not ${describeKind(column)}`;
}

function isIdentity({ plan }: Reading): boolean {
  return plan.reading === 'fields' && plan.merges + plan.inserts + plan.lost === 0;
}

/** True if every column takes the field that stands under it. */
function isHealthy(score: Score, fields: readonly (string | null)[]): boolean {
  return fields.length === score.width && fields.every((field, at) => score.accepts(at, field));
}

function isHeader(columns: readonly (Column | undefined)[], fields: readonly (string | null)[]): boolean {
  return (
    fields.length === columns.length &&
    columns.some((column) => column !== undefined) &&
    columns.every((column, at) => !column || normaliseHeader(fields[at] ?? '') === normaliseHeader(column.name))
  );
}

function isTrue(field: string | null): boolean {
  return field !== null && /^\s*(?:true|t|yes|y|1)\s*$/i.test(field);
}

function sameValues(one: readonly (string | null)[], other: readonly (string | null)[]): boolean {
  return one.every((value, at) => value === other[at]);
}
