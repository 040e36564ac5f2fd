import { HubError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { problem, type Problem } from '../core/problem.ts';
import { RefusedLines } from '../core/refused-lines.ts';
import type { TextLine } from '../core/text/text-lines.ts';
import type { Transaction } from '../db/database.ts';
import type { Rules } from '../enriched/rules/rules.ts';
import { fencedTransaction } from '../engine/runs/fenced.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../engine/runs/job.ts';
import { kindNotTaken, unknownDestination } from './destinations/choose.ts';
import { isBroken, type BrokenDestination, type DeclaredDestination } from './destinations/destination.ts';
import { namedIn, refusalOf, type NamedFact } from './eligible.ts';
import { parseFactLine, type LineRules } from './fact-line.ts';
import { newRelay, type Fact } from './outbox.ts';
import { fileKinds, type FileKind } from './outbox/relay.ts';
import { insertRelays } from './outbox/relays.repository.ts';
import { unwantedPersons } from './outbox/unwanted.repository.ts';

/** What is put into the outbox. */
export interface EnqueueRequest {
  readonly destination: string;
  /** As it stands in reports. */
  readonly file: string;
  readonly lines: AsyncIterable<TextLine>;
  /** The kind of lines that name none. */
  readonly kind: FileKind | undefined;
  readonly dryRun: boolean;
}

export interface EnqueueServices extends JobServices {
  readonly destinations: readonly DeclaredDestination[];
  /** Of test data. */
  readonly rules: Rules;
  readonly brands: readonly string[];
  readonly signal: AbortSignal;
}

const CHUNK = 500;

interface Counts {
  read: number;
  enqueued: number;
  known: number;
}

/** Puts the lines of a file into the outbox, as one recorded run; lines that are wrong are reported and left out. */
export async function runEnqueue(services: EnqueueServices, request: EnqueueRequest): Promise<JobReport> {
  const destination = destinationOf(services.destinations, request.destination);
  if (request.kind !== undefined && !destination.kinds.has(request.kind)) throw kindNotTaken(destination, request.kind);
  const rules = { kind: request.kind ?? onlyKind(destination), brands: services.brands };
  const spec = {
    command: 'relays-enqueue',
    brands: [],
    shard: '1/1',
    dryRun: request.dryRun,
    slots: 64,
    params: { destination: request.destination, file: request.file, kind: request.kind ?? null },
  };
  return runJob(services, spec, (job, guarded) => enqueueLines(guarded, request, destination, rules, job));
}

async function enqueueLines(
  services: EnqueueServices,
  request: EnqueueRequest,
  destination: DeclaredDestination,
  lineRules: LineRules,
  job: Job,
): Promise<JobOutcome> {
  const counts: Counts = { read: 0, enqueued: 0, known: 0 };
  const refused = new RefusedLines(request.file);
  // A dry run stores nothing in which a repetition further down would be found.
  const seen = new Set<string>();
  let facts: (NamedFact & { readonly line: number })[] = [];
  let line = 0;
  const flush = async (): Promise<void> => {
    if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'Reading the file was interrupted.');
    const unwanted = await services.database.read((knex) => unwantedPersons(knex, facts.flatMap(({ personIds }) => personIds)));
    const wanted = facts.filter((named) => {
      const why = refusalOf(named, unwanted, services.rules);
      if (why !== undefined) refused.add('unwanted_person', named.line, why, 'Leave the line out: nothing about this person may leave.');
      return why === undefined;
    });
    const enqueued = await store(services, request, destination, wanted.map(({ fact }) => fact), job);
    counts.enqueued += enqueued;
    counts.known += wanted.length - enqueued;
    facts = [];
    failpoint('relays.enqueued');
  };
  for await (const read of request.lines) {
    line++;
    if ('text' in read && read.text.trim() === '') continue;
    counts.read++;
    const fact = 'problem' in read ? read : checked(parseFactLine(read.text, lineRules), destination);
    if ('problem' in fact) refused.add('invalid_line', line, fact.problem, 'Mend the line and give the file again: what is known already is not sent twice.');
    else if (request.dryRun && seen.size === seen.add(fact.dedupeKey).size) counts.known++;
    else if (facts.push({ ...namedIn(fact), line }) === CHUNK) await flush();
  }
  if (facts.length > 0) await flush();
  const totals = { ...counts, rejected: refused.count };
  const problems = [...(isBroken(destination) ? [waitsAt(destination)] : []), ...refused.problems];
  return { status: refused.count > 0 ? 'refused' : 'succeeded', totals, items: [{ destination: destination.id, ...totals }], problems, furtherProblems: refused.further };
}

function waitsAt({ id, problem: why }: BrokenDestination): Problem {
  return problem('destination_invalid', `${id}: what is put into the outbox waits there, as it cannot be used: ${why}`, { next: 'Correct it, then run hub doctor.' });
}

function store(services: EnqueueServices, { dryRun }: EnqueueRequest, { id }: DeclaredDestination, facts: readonly Fact[], job: Job): Promise<number> {
  const { database, clock } = services;
  const insert = (tx: Transaction): Promise<number> => insertRelays(database, tx, facts.map((fact) => newRelay(fact, id)), clock.now());
  return dryRun ? database.rehearse(insert) : fencedTransaction(services, job.leases, insert);
}

/** A line for a destination that does not want its kind or brand is a mistake: it would never be sent. */
function checked(fact: Fact | { readonly problem: string }, destination: DeclaredDestination): Fact | { readonly problem: string } {
  if ('problem' in fact) return fact;
  if (!destination.kinds.has(fact.kind)) return { problem: `${destination.id} does not take ${fact.kind}` };
  if (fact.brand !== null && destination.brands?.has(fact.brand) === false) return { problem: `${destination.id} does not take relays of its brand` };
  return fact;
}

function destinationOf(destinations: readonly DeclaredDestination[], id: string): DeclaredDestination {
  const destination = destinations.find((each) => each.id === id);
  if (destination === undefined) throw unknownDestination(id, destinations);
  if (destination.enabled) return destination;
  throw new HubError('usage', 'destination_off', `The destination "${id}" is switched off.`, {
    nextStep: `Use one of: ${destinations.filter(({ enabled }) => enabled).map((each) => each.id).join(', ')}; see hub relays destinations.`,
  });
}

function onlyKind(destination: DeclaredDestination): FileKind | undefined {
  const kinds = fileKinds.filter((kind) => destination.kinds.has(kind));
  return kinds.length === 1 ? kinds[0] : undefined;
}
