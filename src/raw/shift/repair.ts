import type { Column } from '../../sources/contract/contract.ts';
import { BOOLEANS } from '../rows/values/kinds.ts';
import { align, type Alignment, type Plan } from './align.ts';
import { editsOf, type Edit } from './edits.ts';
import { plansOf, type SeenRow } from './plans.ts';
import { costOfDependences } from './dependences.ts';
import type { Profile } from './profile.ts';
import { ambiguous, refuseRow, refuseValue, type Quarantine } from './refusal.ts';
import { canBeDeleted, scoreOf, type Score } from './score.ts';

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
  | Quarantine;

interface Reading extends Alignment {
  readonly plan: Plan;
}

/** The best reading must be this much better than any other: about ten times as likely. */
const MARGIN = 2.3;
/** Whether a quote swallowed a delimiter or a field was dropped is harder to tell than where. */
const MARGIN_BETWEEN_FAULTS = 2 * MARGIN;
/** Readings whose costs differ by less are as good as each other. */
const TIE = 0.5;
/** A beginning of a row that costs so much more than a whole reading does not catch up. */
const FAR_BEHIND = 10;
/** Rows with more fields than this many times the columns are not worth reading. */
const MOST_FIELDS = 4;

/**
 * Mends a row whose fields do not stand under their columns, if there is one reading of it that is clearly best
 * (billing specification, "Column shift"). Pure; the work is bounded whatever the row holds.
 */
export function repairRow(request: RepairRequest): RepairOutcome {
  const { columns, fields } = request;
  const live = scoreOf(columns, false, request.profile);
  const deletion = canBeDeleted(columns) ? scoreOf(columns, true) : undefined;
  if (isHealthy(live, fields) || (deletion && isHealthy(deletion, fields))) return { kind: 'fine' };
  if (fields.length > columns.length * MOST_FIELDS) return refuseRow(columns, fields.length);
  const row: SeenRow = { fields, raw: request.raw, delimiter: request.delimiter ?? ',' };
  const outcome = decide(columns, live, fields, readingsOf(live, row, request.profile));
  if (!deletion || outcome.kind === 'repaired' || outcome.code === 'ambiguous_shift' || !fields.some(isTrue)) return outcome;
  const deleted = decide(columns, deletion, fields, readingsOf(deletion, row));
  return deleted.kind === 'repaired' ? deleted : outcome;
}

/** The cheapest readings over all plans, the best first. */
function readingsOf(score: Score, row: SeenRow, profile?: Profile): Reading[] {
  const readings: Reading[] = [];
  let limit = Infinity;
  for (const plan of plansOf(score, row)) {
    for (const alignment of align(score, plan, limit)) {
      if (alignment.invalidAt === undefined) limit = Math.min(limit, alignment.cost + FAR_BEHIND);
      const dependences = profile ? costOfDependences(profile, alignment.values) : 0;
      readings.push({ ...alignment, plan, cost: alignment.cost + dependences });
    }
  }
  return readings.sort((one, other) => one.cost - other.cost);
}

function decide(
  columns: readonly (Column | undefined)[],
  score: Score,
  fields: readonly (string | null)[],
  readings: readonly Reading[],
): Extract<RepairOutcome, { kind: 'repaired' }> | Quarantine {
  const [best] = readings;
  if (best && best.invalidAt === undefined) {
    if (isCutOff(best, fields) || movesBorder(columns, best)) return ambiguous;
    const rivals = readings.filter((reading) => isRival(reading, best));
    if (rivals.length === 0) return { kind: 'repaired', fields: [...best.values], edits: editsOf(best.plan, best) };
    // A bad value under its own column is a plainer explanation of a row of the right width than any shift.
    if (!rivals.some(isIdentity)) return ambiguous;
  }
  if (fields.length === columns.length) {
    const at = fields.findIndex((field, column) => !score.accepts(column, field));
    return refuseValue(columns, at, fields[at] ?? null);
  }
  return refuseRow(columns, fields.length, best && failureOf(best, readings));
}

/** The value at which the best attempt failed; undefined if another one, just as good, failed elsewhere: then nobody knows. */
function failureOf(best: Reading, readings: readonly Reading[]): { at: number; value: string | null } | undefined {
  const at = best.invalidAt;
  if (at === undefined) return undefined;
  const value = best.values[at] ?? null;
  const rival = readings.find(({ cost, invalidAt }) => cost - best.cost < TIE && invalidAt !== undefined && invalidAt !== at);
  return rival === undefined ? { at, value } : undefined;
}

function isRival(reading: Reading, best: Reading): boolean {
  const margin = reading.plan.reading === best.plan.reading ? MARGIN : MARGIN_BETWEEN_FAULTS;
  return reading.cost - best.cost < margin && !sameValues(reading.values, best.values);
}

/**
 * True if the row would end early: with two fields missing, or in a value whose quote never closes. Then a newline in that
 * value has split the row more likely than anything else.
 */
function isCutOff({ taken, values, plan }: Reading, fields: readonly (string | null)[]): boolean {
  if (plan.lost > 0) return /^"(?:[^"]|"")*$/.test(values[taken.length - 1] ?? '');
  return fields.length < taken.length && taken.at(-1) === 0 && taken.at(-2) === 0;
}

/** True if one of several free texts that stand side by side took in a delimiter, or was put in. */
function movesBorder(columns: readonly (Column | undefined)[], { taken }: Reading): boolean {
  return taken.some((count, at) => count !== 1 && columns[at]?.borderless === true);
}

function isIdentity({ plan }: Reading): boolean {
  return plan.reading === 'fields' && plan.merges + plan.inserts + plan.lost === 0;
}

/** True if every column takes the field that stands under it. */
function isHealthy(score: Score, fields: readonly (string | null)[]): boolean {
  return fields.length === score.width && fields.every((field, at) => score.accepts(at, field));
}

function isTrue(field: string | null): boolean {
  return field !== null && BOOLEANS.get(field.trim().toLowerCase()) === '1';
}

function sameValues(one: readonly (string | null)[], other: readonly (string | null)[]): boolean {
  return one.every((value, at) => value === other[at]);
}
