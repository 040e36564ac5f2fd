import { HubError } from '../../core/errors.ts';
import { problem } from '../../core/problem.ts';
import type { Transaction } from '../../db/database.ts';
import { AuditWriter } from '../../engine/records/audit.repository.ts';
import { targetOf } from '../../engine/records/record-target.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import { addPersonCounts, noPersonCounts, type PersonCounts } from '../intake/decide-persons.ts';
import type { Decision } from '../intake/fold-contacts.ts';
import type { LeadImport } from '../intake/judge-records.ts';
import { redecideLeads } from './redecide-leads.ts';
import { keptLeads, type RedecideSelection } from './redecide.repository.ts';

export interface RedecideRequest extends RedecideSelection {
  readonly brands: readonly string[];
  readonly dryRun: boolean;
}

export interface RedecideServices extends JobServices {
  readonly signal: AbortSignal;
}

/** How many leads of a form went from one outcome to another. */
interface Transition {
  readonly brand: string;
  readonly form: string;
  readonly from: string;
  readonly to: string;
  leads: number;
}

interface Sum {
  judged: number;
  withoutForm: number;
  readonly persons: PersonCounts;
  readonly transitions: Map<string, Transition>;
}

/** Judges leads anew on purpose, as far as raw leads are kept, as one recorded run: a transaction for some hundred leads. */
export async function runRedecide(services: RedecideServices, request: RedecideRequest, leads: LeadImport): Promise<JobReport> {
  const { brands, dryRun, range, forms = null } = request;
  const spec = { command: 'leads-redecide', brands, shard: '1/1', dryRun, params: { brands, forms, from: range?.from ?? null, to: range?.until ?? null } };
  return runJob(services, spec, async (job, guarded): Promise<JobOutcome> => {
    const sum: Sum = { judged: 0, withoutForm: 0, persons: noPersonCounts(), transitions: new Map() };
    const audit = new AuditWriter(job.runId, services.clock);
    const redecideBrands = async (transact: Transact): Promise<void> => {
      for (const brand of brands) await redecideBrand(guarded, job, audit, brand, request, leads, (work) => transact(brand, work), sum);
    };
    if (dryRun) await services.database.rehearse((tx) => redecideBrands((_, work) => work(tx)), { signal: guarded.signal });
    else await redecideBrands((brand, work) => fencedTransaction(guarded, job.leases.filter((lease) => lease.brand === brand), work));
    return outcomeOf(sum);
  });
}

type Transact = <T>(brand: string, work: (tx: Transaction) => Promise<T>) => Promise<T>;

async function redecideBrand(
  services: RedecideServices,
  job: Job,
  audit: AuditWriter,
  brand: string,
  request: RedecideRequest,
  leads: LeadImport,
  transact: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
  sum: Sum,
): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'Judging leads anew was interrupted; what was committed stays, and running it again goes on.');
    const from = after;
    const page = await transact(async (tx) => {
      const kept = await keptLeads(tx, brand, request, from);
      const target = targetOf(services, job, tx, { audit, write: true, recompute: false });
      return { last: kept.at(-1)?.lead_id, result: await redecideLeads(target, leads, brand, kept) };
    });
    after = page.last;
    sum.judged += page.result.judged;
    sum.withoutForm += page.result.withoutForm;
    addPersonCounts(sum.persons, page.result.persons);
    for (const decision of page.result.decided) count(sum.transitions, decision);
  }
}

function count(transitions: Map<string, Transition>, { row, before }: Decision): void {
  const [from, to] = [wordOf(before), wordOf(row)];
  const key = JSON.stringify([row.brand, row.form, from, to]);
  const known = transitions.get(key) ?? { brand: row.brand, form: row.form, from, to, leads: 0 };
  known.leads++;
  transitions.set(key, known);
}

function wordOf(row: Decision['before']): string {
  if (row === undefined) return 'none';
  return row.outcome_reason === null ? row.outcome : `${row.outcome} ${row.outcome_reason}`;
}

function outcomeOf({ judged, withoutForm, persons, transitions }: Sum): JobOutcome {
  const items = [...transitions].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
  const problems = withoutForm === 0 ? [] : [problem('form_gone', `${withoutForm} leads stay as they are: their form is not declared any more, or they cannot be read`, { next: 'Declare the form again in forms.yaml to judge them.' })];
  return { status: 'succeeded', totals: { judged, without_form: withoutForm, ...persons }, items: items.map((item) => ({ ...item })), problems };
}
