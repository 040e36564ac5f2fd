import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { liveRuns } from '../../src/engine/runs/locks.repository.ts';
import type { Random } from '../../fixtures/generate/base/random.ts';
import type { Environment, HubProcess, HubResult } from '../support/program/hub.ts';
import { onServer } from '../support/databases/server-answers.ts';
import type { Place, World } from './world.ts';

/** A run of a command that is to be disturbed. */
export interface Victim {
  readonly world: World;
  readonly place: Place;
  readonly args: readonly string[];
  readonly environment: Environment;
  /** How long it takes undisturbed, in ms. */
  readonly usualMs: number;
  readonly random: Random;
  /** A failpoint that the command may pass; each is proposed before one comes again. */
  nextFailpoint(): string;
}

/** What came of it. */
export interface Strike {
  /** False if the run was over before the fault came. */
  readonly happened: boolean;
  readonly results: readonly HubResult[];
  /** Codes that a run may end with under this fault; everything else is a finding. */
  readonly allowed: readonly HubResult['code'][];
  /** The failpoint, for the report. */
  readonly detail?: string;
}

/** Something that goes wrong while a command runs. */
export interface Fault {
  readonly name: string;
  /** Why it cannot be tried here; undefined if it can. */
  impossible(world: World): string | undefined;
  strike(victim: Victim): Promise<Strike>;
}

const MOST_MS = 60_000;
const MEBIBYTE = 1024 * 1024;
const always = (): undefined => undefined;
const needsServer = (world: World): string | undefined => (world.proxy === undefined ? 'an embedded database has no connections' : undefined);

/** All faults that the suite knows. */
export const faults: readonly Fault[] = [
  {
    name: 'killed at a failpoint',
    impossible: always,
    async strike(victim) {
      const name = victim.nextFailpoint();
      const spec = `${name}:${victim.random.chance(0.2) ? 2 : 1}`;
      const result = await ended(start(victim, { HUB_FAILPOINT: spec }));
      return { happened: result.code === 'SIGKILL', results: [result], allowed: ['SIGKILL', 0], detail: result.code === 'SIGKILL' ? name : '' };
    },
  },
  { name: 'killed at a random moment', impossible: always, strike: (victim) => signalled(victim, 'SIGKILL', ['SIGKILL', 0]) },
  { name: 'stopped by SIGTERM at a random moment', impossible: always, strike: (victim) => signalled(victim, 'SIGTERM', [143, 'SIGTERM', 0]) },
  {
    name: 'two at once, one of them killed',
    impossible: always,
    async strike(victim) {
      const twins = [start(victim), start(victim)] as const;
      await sleep(momentOf(victim));
      const killed = twins[victim.random.below(2)]?.child.kill('SIGKILL') === true;
      const results = await Promise.all(twins.map(ended));
      return { happened: killed && results.some(({ code }) => code === 'SIGKILL'), results, allowed: [0, 4, 6, 'SIGKILL'] };
    },
  },
  {
    name: 'connections killed by the server',
    impossible: needsServer,
    async strike(victim) {
      const running = start(victim);
      const killed = await whileRunning(running, victim, () => killConnections(victim));
      return { happened: killed > 0, results: [await ended(running)], allowed: [0, 6] };
    },
  },
  {
    name: 'network cut',
    impossible: needsServer,
    async strike(victim) {
      const { proxy } = victim.world;
      const running = start(victim);
      const cut = await whileRunning(running, victim, async () => {
        const connections = proxy?.cut() ?? 0;
        proxy?.refuse(true);
        await sleep(victim.random.below(300));
        proxy?.refuse(false);
        return connections;
      });
      return { happened: cut > 0, results: [await ended(running)], allowed: [0, 6] };
    },
  },
  {
    name: 'database server killed and started again',
    impossible: (world) => needsServer(world) ?? (world.server === undefined ? 'the server is not this suite’s own' : undefined),
    async strike(victim) {
      const running = start(victim);
      await sleep(momentOf(victim));
      const happened = running.child.exitCode === null;
      await victim.world.server?.kill();
      await victim.world.server?.startAgain();
      return { happened, results: [await ended(running)], allowed: [0, 6] };
    },
  },
  {
    name: 'overtaken while it stood still',
    impossible: needsServer,
    async strike(victim) {
      const frozen = start(victim);
      await untilLocked(frozen, victim);
      await sleep(victim.random.below(Math.ceil(victim.usualMs / 4)));
      const stopped = frozen.child.kill('SIGSTOP');
      try {
        const expired = await expireLeases(victim);
        const other = await ended(start(victim), 3_000);
        frozen.child.kill('SIGCONT');
        const result = await ended(frozen);
        return { happened: stopped && expired > 0, results: [result, other], allowed: [0, 4, 6, 'SIGKILL'] };
      } finally {
        frozen.child.kill('SIGCONT');
      }
    },
  },
  {
    name: 'disk full',
    impossible: ({ dialect }) => (dialect === 'mysql' ? 'the disk of a server is its own' : mountImpossible()),
    strike: onFullDisk,
  },
];

function start({ place, args, environment }: Victim, more: Environment = {}): HubProcess {
  return place.hub.start([...args, '--no-progress', '--output', 'json'], { ...environment, ...more });
}

/** The end of a process; one that hangs is killed, and then a finding by its code where a kill is none. */
async function ended(running: HubProcess, mostMs = MOST_MS): Promise<HubResult> {
  const timer = setTimeout(() => running.child.kill('SIGKILL'), mostMs);
  const result = await running.ended;
  clearTimeout(timer);
  return result;
}

function momentOf({ usualMs, random }: Victim): number {
  return random.between(Math.floor(usualMs / 4), usualMs);
}

async function signalled(victim: Victim, signal: NodeJS.Signals, allowed: readonly HubResult['code'][]): Promise<Strike> {
  const running = start(victim);
  await sleep(momentOf(victim));
  running.child.kill(signal);
  const result = await ended(running);
  return { happened: result.code !== 0, results: [result], allowed };
}

/** Does it a few times at random moments while the process runs; gives the sum of what it gives. */
async function whileRunning(running: HubProcess, victim: Victim, harm: () => Promise<number>): Promise<number> {
  let sum = 0;
  await sleep(momentOf(victim));
  for (let times = 0; times < 3 && running.child.exitCode === null; times++) {
    sum += await harm();
    await sleep(victim.random.below(150));
  }
  return sum;
}

async function killConnections({ place, world }: Victim): Promise<number> {
  const url = world.server?.url;
  if (url === undefined) return world.proxy?.cut() ?? 0;
  const rows = await onServer<{ id: number }>(url, `select id from information_schema.processlist where db = '${place.name}'`);
  for (const { id } of rows) await onServer(url, `kill connection ${id}`).catch(() => undefined);
  return rows.length;
}

/** Until the run holds its locks, or is over. */
async function untilLocked(running: HubProcess, { place }: Victim): Promise<void> {
  while (running.child.exitCode === null && (await place.look((database) => liveRuns(database))).size === 0) await sleep(20);
}

/** As if a minute had passed since the frozen run last wrote; rows that it has locked right now are waited for briefly. */
async function expireLeases({ place }: Victim): Promise<number> {
  return place.look(async (database) => {
    await database.knex.raw('set session innodb_lock_wait_timeout = 1');
    const past = '2000-01-01 00:00:00.000000';
    return database.knex('job_locks').where('expires_at', '>', past).update({ expires_at: past, pid: null }).catch(() => 0);
  });
}

/** Runs it on a copy of the database on a small disk of its own, and puts back what it left. */
async function onFullDisk(victim: Victim): Promise<Strike> {
  const { place, random } = victim;
  const disk = join(place.folder, 'disk');
  const files = ['', '-wal'].map((suffix) => `${place.name}${suffix}`).filter(existsSync);
  const size = files.reduce((sum, file) => sum + statSync(file).size, 0) + random.between(4, 256) * 1_024;
  mkdirSync(disk);
  mount(disk, size);
  try {
    for (const file of files) copyFileSync(file, join(disk, basename(file)));
    const result = await ended(start(victim, { HUB_DATABASE_URL: `sqlite:${join(disk, basename(place.name))}` }));
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(`${place.name}${suffix}`, { force: true });
      const left = join(disk, `${basename(place.name)}${suffix}`);
      if (suffix !== '-shm' && existsSync(left)) copyFileSync(left, `${place.name}${suffix}`);
    }
    return { happened: result.code !== 0, results: [result], allowed: [0, 6] };
  } finally {
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  }
}

function mount(folder: string, bytes: number): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]).status === 0;
}

let mountable: string | undefined | null = null;

function mountImpossible(): string | undefined {
  if (mountable !== null) return mountable;
  const probe = join(process.env['TMPDIR'] ?? '/tmp', `hub-mount-${process.pid}`);
  mkdirSync(probe, { recursive: true });
  mountable = mount(probe, MEBIBYTE) ? undefined : 'this user may not mount a small disk';
  spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true, force: true });
  return mountable;
}
