import { expect, test } from '@jest/globals';

import { Random } from '../../fixtures/generate/base/random.ts';
import { failpoints } from '../../src/core/failpoint.ts';
import type { Database } from '../../src/db/database.ts';
import { liveRuns } from '../../src/engine/runs/locks.repository.ts';
import { tablesOf } from '../support/databases/databases.ts';
import type { HubResult } from '../support/program/hub.ts';
import type { TestLake } from '../support/lakes/lake.ts';
import { halfStored, storedState } from '../support/databases/stored-state.ts';
import { faults, type Fault, type Strike } from './faults.ts';
import { ofAsking, ofEveryRun, ofErasing, ofIntake, ofSecrets, ofSending, ofSources, ofTelling, ofWebhooks, steps, type Step } from './steps.ts';
import { openWorld, twoDays, type Place, type World } from './world.ts';

const { HUB_CHAOS_FAULTS, HUB_CHAOS_MINUTES, HUB_CHAOS_SEED = 'chaos', HUB_CHAOS_ONLY, HUB_CHAOS_CUSTOMERS = '12' } = process.env;
const MOST_FAULTS = Number(HUB_CHAOS_FAULTS ?? (HUB_CHAOS_MINUTES === undefined ? 3 : Infinity));
const MOST_MS = Number(HUB_CHAOS_MINUTES ?? 60) * 60_000;
const TRIES = 6;
const MOST_SHOWN = 600;
const dialects = (['sqlite', 'mysql'] as const).filter((name) => HUB_CHAOS_ONLY === undefined || HUB_CHAOS_ONLY === name);

/** A day of a round: the lake as it is then, with how long each step takes undisturbed. */
interface Day {
  readonly today: string;
  readonly lake: TestLake;
  readonly usualMs: Map<Step, number>;
}

test('every failpoint belongs to a step (a new command is an entry in steps.ts)', () => {
  const known = [ofAsking, ofEveryRun, ofErasing, ofIntake, ofSecrets, ofSending, ofSources, ofTelling, ofWebhooks, ...steps.map((step) => step.failpoints)];
  expect(failpoints.filter((name) => !known.some((pattern) => pattern.test(name)))).toEqual([]);
});

test.each(dialects)('whatever goes wrong on %s, running the commands again leaves the tables of a clean run', async (dialect) => {
  const world = await openWorld(dialect);
  if (world === undefined) {
    process.stderr.write('chaos: there is no server, so the MySQL half DOES NOT RUN\n');
    return;
  }
  const suite = new Chaos(world, new Random(`${HUB_CHAOS_SEED}/${dialect}`));
  await suite.rehearse();
  const deadline = performance.now() + MOST_MS / dialects.length;
  while (suite.survived < MOST_FAULTS && performance.now() < deadline) await suite.round(() => suite.survived < MOST_FAULTS && performance.now() < deadline);
  process.stderr.write(`${suite.report()}\n`);
  expect(suite.survived).toBeGreaterThan(0);
}, MOST_MS + 300_000);

class Chaos {
  readonly #world: World;
  readonly #random: Random;
  readonly #days: readonly Day[];
  readonly #possible: readonly Fault[];
  readonly #counts = new Map<string, number>();
  readonly #passed = new Set<string>();
  readonly #proposed = new Map<Step, string[]>();
  /** Faults that are yet to come once before any comes again. */
  #due: Fault[] = [];
  #clean: Record<string, string[]> = {};
  #rounds = 0;
  survived = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#days = twoDays(Number(HUB_CHAOS_CUSTOMERS)).map((lake, index) => ({ today: `2026-04-0${index + 1}`, lake, usualMs: new Map<Step, number>() }));
    this.#possible = faults.filter((fault) => fault.impossible(world) === undefined);
  }

  /** The days without any fault: what the tables must be in the end. */
  async rehearse(): Promise<void> {
    const place = await this.#newPlace();
    for (const day of this.#days) {
      for (const step of steps) {
        const startedAt = performance.now();
        const result = await this.#run(place, step, day);
        day.usualMs.set(step, performance.now() - startedAt);
        if (result.code !== 0) throw new Error(`${step.args.join(' ')} failed without any fault: ${result.stderr}`);
      }
    }
    this.#clean = await place.look(storedState);
    expect(Object.keys(this.#clean)).toEqual(expect.arrayContaining(['raw_accounts', 'enriched_subscriptions', 'orders', 'relays', 'email_subscribers', 'audience_members', 'rejected_rows', 'row_repairs', 'audit_log']));
    await place.remove();
  }

  /** The same days, with a fault or two at each step while there is time, and each step again until it is done. */
  async round(mayStrike: () => boolean): Promise<void> {
    this.#rounds++;
    const place = await this.#newPlace();
    const story: string[] = [];
    for (const day of this.#days) {
      for (const step of steps) {
        for (let left = this.#random.between(1, 2); left > 0 && mayStrike(); left--) await this.#strike(place, step, day, story);
        await this.#untilDone(place, step, day, story);
      }
    }
    const state = await place.look(storedState);
    expect({ seed: HUB_CHAOS_SEED, story, differing: differences(state, this.#clean) }).toEqual({ seed: HUB_CHAOS_SEED, story, differing: [] });
    await place.look(expectSound);
    await place.remove();
  }

  async #strike(place: Place, step: Step, day: Day, story: string[]): Promise<void> {
    if (this.#due.length === 0) this.#due = shuffled(this.#possible, this.#random);
    const fault = this.#due.pop();
    if (fault === undefined) return;
    const strike = await fault.strike({
      ...{ world: this.#world, place, args: argsOf(step, day), random: this.#random, environment: { HUB_LAKE_URL: `file:${day.lake.root}` } },
      usualMs: Math.ceil(day.usualMs.get(step) ?? 500),
      nextFailpoint: () => this.#nextFailpoint(step),
    });
    story.push(`${step.args[0] ?? ''}: ${fault.name} ${strike.detail ?? ''} → ${strike.results.map(({ code }) => code).join(', ')}`);
    expectAllowed(strike, story);
    expect({ story, half: await place.look(halfStored) }).toEqual({ story, half: [] });
    if (!strike.happened) return;
    this.survived++;
    this.#counts.set(fault.name, (this.#counts.get(fault.name) ?? 0) + 1);
    if (strike.detail !== undefined) this.#passed.add(strike.detail);
  }

  /** A run may find the lock of one that was killed, or a server that is just coming back; then it is tried again. */
  async #untilDone(place: Place, step: Step, day: Day, story: string[]): Promise<void> {
    const codes: HubResult['code'][] = [];
    while (codes.length < TRIES) {
      const result = await this.#run(place, step, day);
      codes.push(result.code);
      if (result.code === 0) return;
      if (result.code !== 4 && result.code !== 6) throw new Error(`after ${story.join('; ')}: ${step.args.join(' ')} ended with ${result.code}: ${result.stderr}`);
    }
    throw new Error(`after ${story.join('; ')}: ${step.args.join(' ')} never succeeds again: ${codes.join(', ')}`);
  }

  #run(place: Place, step: Step, day: Day): Promise<HubResult> {
    return place.hub.hub([...argsOf(step, day), '--no-progress'], { HUB_LAKE_URL: `file:${day.lake.root}` });
  }

  #newPlace(): Promise<Place> {
    const [first] = this.#days;
    if (first === undefined) throw new Error('There are no days.');
    return this.#world.newPlace(first.lake);
  }

  #nextFailpoint(step: Step): string {
    const left = this.#proposed.get(step) ?? [];
    const own = failpoints.filter((name) => ofEveryRun.test(name) || step.failpoints.test(name));
    const next = left.length > 0 ? left : shuffled(own, this.#random);
    this.#proposed.set(step, next.slice(1));
    return next[0] ?? '';
  }

  report(): string {
    const lines = [...this.#counts].sort().map(([name, count]) => `  ${String(count).padStart(4)} × ${name}`);
    const impossible = faults.flatMap((fault) => {
      const why = fault.impossible(this.#world);
      return why === undefined ? [] : [`  not tried: ${fault.name}: ${why}`];
    });
    return [
      `chaos on ${this.#world.dialect}: ${this.survived} faults survived in ${this.#rounds} rounds, seed ${HUB_CHAOS_SEED}; the tables are those of a clean run`,
      ...lines,
      `  killed at ${this.#passed.size} of ${failpoints.length} failpoints${this.#passed.size > 0 ? `: ${[...this.#passed].sort().join(', ')}` : ''}`,
      ...impossible,
    ].join('\n');
  }
}

function expectAllowed({ results, allowed }: Strike, story: readonly string[]): void {
  for (const { code, stderr } of results) {
    if (!allowed.includes(code)) throw new Error(`${story.join('; ')}: a run may not end with ${code} then. Its messages:\n${stderr}`);
  }
}

/** What must hold whatever happened: no row is lost, no lock is held, no queue is left. */
async function expectSound(database: Database): Promise<void> {
  const batches = await database.read((knex) => knex('import_batches').where('status', 'finished').select<Record<string, number>[]>('*'));
  expect(batches.length).toBeGreaterThan(0);
  const sum = (row: Record<string, number>, names: readonly string[]): number => names.reduce((total, name) => total + Number(row[name]), 0);
  for (const row of batches) expect(sum(row, ['inserted', 'updated', 'unchanged', 'deleted', 'stale', 'rejected'])).toBe(Number(row['read']));
  expect(await liveRuns(database)).toEqual(new Set());
  for (const queue of (await tablesOf(database)).filter((name) => /_queue$|^enrich_persons$|_touches$/.test(name))) {
    expect({ queue, rows: await database.read((knex) => knex(queue).select('*')) }).toEqual({ queue, rows: [] });
  }
}

/** The first rows by which two states differ, short enough to read. */
function differences(found: Record<string, string[]>, wanted: Record<string, string[]>): string[] {
  return [...new Set([...Object.keys(found), ...Object.keys(wanted)])].sort().flatMap((table) => {
    const [has, needs] = [new Set(found[table]), new Set(wanted[table])];
    const surplus = [...has].filter((row) => !needs.has(row)).map((row) => `+ ${table} ${row.slice(0, MOST_SHOWN)}`);
    const missing = [...needs].filter((row) => !has.has(row)).map((row) => `- ${table} ${row.slice(0, MOST_SHOWN)}`);
    const counts = found[table]?.length === wanted[table]?.length ? [] : [`${table}: ${found[table]?.length ?? 0} rows, not ${wanted[table]?.length ?? 0}`];
    return [...counts, ...surplus.slice(0, 2), ...missing.slice(0, 2)];
  });
}

function argsOf(step: Step, day: Day): string[] {
  return step.args.map((arg) => arg.replace('{today}', day.today));
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const left = [...values];
  return values.flatMap(() => left.splice(random.below(left.length), 1));
}

