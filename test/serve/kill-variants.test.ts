import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';

import type { Environment } from '../support/program/hub.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';
import { sendLeads, servePlace, type ServePlace, type ServeProcess } from './process.ts';

/** A long run: HUB_TEST_KILLS=200. */
const KILLS = Number(process.env['HUB_TEST_KILLS'] ?? 2);
const AT_ONCE = 8;
const TIMEOUT_MS = 60_000 + KILLS * 15_000;

/** Lets a server run under load for a moment, and kills it. */
async function killUnderLoad(place: ServePlace, environment: Environment, meanwhile: (server: ServeProcess) => Promise<void> = async () => sleep(40 + Math.random() * 260)): Promise<string[]> {
  const server = await place.serve(environment);
  const end = new AbortController();
  const sending = sendLeads(`${server.address}${place.path}`, AT_ONCE, end.signal);
  await meanwhile(server);
  server.child.kill('SIGKILL');
  end.abort();
  const answered = await sending;
  await server.ended;
  return answered;
}

async function expectAll(place: ServePlace, answered: readonly string[], environment: Environment = {}): Promise<void> {
  expect((await place.hub(['journal', 'publish'], environment)).code).toBe(0);
  const stored = place.published();
  expect(answered.length).toBeGreaterThan(KILLS);
  expect(new Set(stored).size).toBe(stored.length);
  expect(answered.filter((id) => !stored.includes(id))).toEqual([]);
}

describe(`a server that is killed at random under load (${KILLS} kills)`, () => {
  test('loses and doubles no lead that was answered while its database is stopped', async () => {
    const place = await servePlace();
    // A port of this machine at which nothing listens.
    const environment = { HUB_DATABASE_URL: 'mysql://root@127.0.0.1:9/hub', HUB_ID_KEY: 'a key of the tests, as long as one must be' };
    const { items } = (await place.hub(['forms', 'list', '--output', 'json'], environment)).json() as { items: { path: string }[] };
    const away = { ...place, path: items[0]?.path ?? '' };
    const answered: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) answered.push(...(await killUnderLoad(away, environment)));
    await expectAll(away, answered, environment);
  }, TIMEOUT_MS);

  test('loses and doubles none beside a second one over the same intake', async () => {
    const place = await servePlace();
    const answered: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const both = await Promise.all(['0', '1'].map((writer) => killUnderLoad(place, { HUB_WRITER: writer })));
      answered.push(...both.flat());
    }
    await expectAll(place, answered);
  }, TIMEOUT_MS);
});

/** A file system of its own of 12 MiB; undefined where one cannot be mounted. */
function smallDisk(): { readonly folder: string; unmount(): void } | undefined {
  const folder = join(temporaryFolder('disk'), 'full');
  mkdirSync(folder);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m,mode=0700', 'tmpfs', folder]).status === 0;
  return mounted ? { folder, unmount: () => void spawnSync('umount', ['-l', folder]) } : undefined;
}

const probe = smallDisk();
probe?.unmount();
const onSmallDisk = probe === undefined ? test.skip : test;
const skipped = probe === undefined ? ' (NOT RUN: a small file system cannot be mounted here)' : '';

onSmallDisk(`on a full disk a server answers 503, and killed then it loses and doubles no lead that was answered${skipped}`, async () => {
  const disk = smallDisk();
  if (disk === undefined) throw new Error('the small file system cannot be mounted');
  try {
    // The database lies on the same disk, so that the last resort of the journal is full too.
    const place = await servePlace('  journal: { durability: 50ms, rotate: 60s, min_free: 1 MiB }\n');
    const environment = { HUB_JOURNAL: join(disk.folder, 'journal'), HUB_DATABASE_URL: `sqlite:${join(disk.folder, 'hub.db')}` };
    const filler = join(disk.folder, 'filler');
    const answered: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      answered.push(
        ...(await killUnderLoad(place, environment, async (server) => {
          await sleep(300);
          const refused = await statusOnceFull(`${server.address}${place.path}`, filler);
          expect(refused).toBe(503);
          // Space that comes back is used again.
          rmSync(filler);
          await sleep(200);
          fill(filler);
        })),
      );
      rmSync(filler, { force: true });
    }
    await expectAll(place, answered, environment);
    expect(existsSync(disk.folder)).toBe(true);
  } finally {
    disk.unmount();
  }
}, TIMEOUT_MS);

/** Writes until nothing is left. */
function fill(file: string): void {
  for (let bytes = 64 * 1024 * 1024; bytes >= 1; bytes = Math.floor(bytes / 4)) {
    try {
      writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
    } catch {
      // It has taken what there was.
    }
  }
}

/** What the server answers on a disk that is kept full: what it frees meanwhile (a journal of its database, a snapshot written anew) is taken too. */
async function statusOnceFull(url: string, filler: string): Promise<number> {
  for (let tries = 0; tries < 400; tries++) {
    if (tries % 10 === 0) fill(filler);
    const { status } = await fetch(url, { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }, body: 'email=anna%40mail.ch' });
    if (status !== 201) return status;
    await sleep(10);
  }
  return 201;
}
