import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { HubError } from '../src/core/errors.ts';

/** What the generator is asked for. */
export interface LakeSize {
  readonly accounts: number;
  readonly days: number;
  readonly seed: string;
  readonly emailEvents: number;
}

/** A lake to read from. */
export interface BenchLake extends LakeSize {
  readonly folder: string;
  /** Rows of all batches, as the generator counted them. */
  readonly rows: number;
}

/** The lakes of a bench; each is made when it is first asked for. */
export interface BenchLakes {
  full(): Promise<BenchLake>;
  /** The one that was asked for first, if any was. */
  made(): Promise<BenchLake | undefined>;
  /** Of the same making, with a tenth of the accounts. */
  tenth(): Promise<BenchLake>;
  /** Of few accounts, with the e-mail of many people. */
  email(): Promise<BenchLake>;
}

export interface LakeRequest {
  /** An existing lake, or what to generate. */
  readonly lake: string | undefined;
  readonly size: LakeSize;
  /** Of the lake with e-mail. */
  readonly emailEvents: number;
  /** Where lakes are generated. */
  readonly folder: string;
  /** The compiled generator. */
  readonly generator: string;
  readonly signal: AbortSignal;
  say(text: string): void;
}

/** The other events are those of people who never bought anything. */
const EVENTS_OF_AN_ACCOUNT = 500;

export function benchLakes(request: LakeRequest): BenchLakes {
  let full: Promise<BenchLake> | undefined;
  let tenth: Promise<BenchLake> | undefined;
  let email: Promise<BenchLake> | undefined;
  const getFull = (): Promise<BenchLake> =>
    (full ??= request.lake === undefined ? generate(request, 'full', request.size) : Promise.resolve(readLake(resolve(request.lake))));
  const getTenth = async (): Promise<BenchLake> => {
    const { accounts, days, seed, emailEvents } = await getFull();
    return (tenth ??= generate(request, 'tenth', { accounts: Math.max(1, Math.floor(accounts / 10)), days, seed, emailEvents }));
  };
  const getEmail = (): Promise<BenchLake> => {
    const accounts = Math.ceil(request.emailEvents / EVENTS_OF_AN_ACCOUNT);
    return (email ??= generate(request, 'email', { ...request.size, accounts, emailEvents: request.emailEvents }));
  };
  return { full: getFull, made: () => Promise.resolve(full ?? email), tenth: getTenth, email: getEmail };
}

async function generate(request: LakeRequest, name: string, { accounts, days, seed, emailEvents }: LakeSize): Promise<BenchLake> {
  const folder = join(request.folder, `lake-${name}`);
  const events = emailEvents > 0 ? ` and ${emailEvents.toLocaleString('en-US')} e-mail events` : '';
  request.say(`generating a lake of ${accounts.toLocaleString('en-US')} accounts${events}`);
  const args = ['--out', folder, '--accounts', String(accounts), '--days', String(days), '--seed', seed, '--email-events', String(emailEvents)];
  const child = spawn(process.execPath, [request.generator, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = (): void => void child.kill();
  request.signal.addEventListener('abort', stop, { once: true });
  const [code] = (await once(child, 'close')) as [number | null];
  request.signal.removeEventListener('abort', stop);
  request.signal.throwIfAborted();
  if (code !== 0) throw new HubError('unexpected', 'generator_failed', `The generator ended with ${code ?? 'a signal'}.`);
  return readLake(folder);
}

/** The generator's summary lies beside its lake; hub itself never reads it. */
function readLake(folder: string): BenchLake {
  const file = join(folder, 'truth.json');
  if (!existsSync(file)) {
    throw new HubError('usage', 'no_lake', `${folder} is no generated lake: it has no truth.json.`, {
      nextStep: 'Make one with: npm run generate -- --out DIR --accounts N --days 30 --seed 1',
    });
  }
  const summary = JSON.parse(readFileSync(file, 'utf8')) as {
    arguments: { days: number; seed: string };
    accounts: number;
    rows: number;
    email?: { events: number };
  };
  const { days, seed } = summary.arguments;
  return { folder, accounts: summary.accounts, days, seed, rows: summary.rows, emailEvents: summary.email?.events ?? 0 };
}
