import { problem, type Problem } from '../../../core/problem.ts';
import type { BatchId } from '../../../core/time.ts';
import { formatCount } from '../../../core/text/counts.ts';
import type { Reject, RejectFilter, RejectedRow } from '../../quarantine/quarantine.repository.ts';

/** Rows of a batch that were rejected for the same reason, by the place of the first; no value of a row is in it. */
export interface RejectGroup extends Pick<Reject, 'code' | 'column' | 'part' | 'line'> {
  readonly rows: number;
}

/** What helps rows that stay in quarantine. */
export const nextForRows = 'See a row and its reason with hub quarantine show <id>; correct it with hub quarantine replay <id> --set <column>=<value>, or close it with hub quarantine discard <id>.';

/** A stream of a brand, and the batch of it. */
interface BatchName {
  readonly brand: string;
  readonly entity: string;
  readonly batch: BatchId;
}

/** The rejected rows of a batch by reason and column, in the order in which they came first. */
export function groupRejects(rejects: readonly Reject[]): RejectGroup[] {
  const groups = new Map<string, RejectGroup>();
  for (const { code, column, part, line } of rejects) {
    const key = `${code}\t${column ?? ''}`;
    const { rows = 0, ...first } = groups.get(key) ?? { code, column, part, line };
    groups.set(key, { ...first, rows: rows + 1 });
  }
  return [...groups.values()];
}

/**
 * The problem of rejected rows of a batch, at the place of the first.
 * @param dryRun none of them went to quarantine
 */
export function rejectProblem({ brand, entity, batch }: BatchName, { code, column, part, line, rows }: RejectGroup, dryRun: boolean): Problem {
  const where = `${rows === 1 ? '' : 'the first in '}${part} line ${line}`;
  const message = `${brand} ${entity} ${batch}: ${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'} rejected as ${reasonText(code, column)}, ${where}`;
  const next = dryRun
    ? 'Ask the exporter; or import the batch, and correct what goes to quarantine.'
    : `hub quarantine list --brand ${brand} --entity ${entity} --code ${code}`;
  return problem(code, message, { brand, stream: entity, batch, file: part, line, column, next });
}

/**
 * The problem of a row of the quarantine that was tried again and stays there.
 * @param again why it is refused now
 */
export function refusedAgain({ rejected_id: id, brand, entity, batch, part, line }: RejectedRow, { code, column }: Pick<Reject, 'code' | 'column'>): Problem {
  const message = `${brand} ${entity} ${batch}: the row in ${part} line ${line} is refused again as ${reasonText(code, column)}`;
  return problem(code, message, { brand, stream: entity, batch, file: part, line, column, next: nextFor(id, code, column) });
}

/**
 * Why a replay stored nothing.
 * @param tried how many rows the filter left
 */
export function nothingStored(tried: number, { brands, entities, code }: RejectFilter): Problem {
  if (tried === 0) {
    const filtered = brands !== undefined || entities !== undefined || code !== undefined;
    const message = `Nothing was stored: no open row lies in quarantine${filtered ? ' that the filters leave' : ''}.`;
    return problem('nothing_to_replay', message, { next: filtered ? 'hub quarantine list' : 'Nothing: there is nothing left to try again.' });
  }
  const message = `Nothing was stored: ${tried === 1 ? 'the row does not fit' : `none of the ${formatCount(tried)} rows fits`} the contract.`;
  return problem('nothing_replayed', message, { next: nextForRows });
}

function nextFor(id: string, code: Reject['code'], column: string | null): string {
  if (code === 'record_too_long') return `Only its beginning is kept: have the exporter write the batch again, then hub quarantine discard ${id}`;
  return column === null ? `hub quarantine show ${id}` : `hub quarantine replay ${id} --set ${column}=<value>`;
}

function reasonText(code: string, column: string | null): string {
  return column === null ? code : `${code} in ${column}`;
}
