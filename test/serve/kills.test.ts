import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { encodeRecord } from '../../src/serve/journal/framing.ts';
import { sendLeads, servePlace, type ServePlace } from './process.ts';

/** A long run: HUB_TEST_KILLS=200. */
const KILLS = Number(process.env['HUB_TEST_KILLS'] ?? 4);
const TORN_EVERY = 3;
const AT_ONCE = 8;

/** What a kill in the middle of a write leaves. */
function tear({ folder }: ServePlace): void {
  const journal = join(folder, '.hub', 'journal', '0');
  const newest = readdirSync(journal).filter((name) => name.endsWith('.journal')).sort().at(-1);
  if (newest !== undefined) appendFileSync(join(journal, newest), encodeRecord({ kind: 'lead', brand: 'alpina', lead_id: 'torn' }).subarray(0, 40));
}

describe('a server that is killed at random under load', () => {
  test.each(['write', '50ms', 'request'])(`loses and doubles no lead that was answered (${KILLS} kills, %s)`, async (durability) => {
    const place = await servePlace(`  journal: { durability: ${durability} }\n`);
    const answered: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const server = await place.serve();
      const end = new AbortController();
      const sending = sendLeads(`${server.address}${place.path}`, AT_ONCE, end.signal);
      await sleep(40 + Math.random() * 260);
      server.child.kill('SIGKILL');
      end.abort();
      answered.push(...(await sending));
      await server.ended;
      if (kill % TORN_EVERY === 0) tear(place);
    }
    const published = await place.hub(['journal', 'publish']);
    expect(published.code).toBe(0);
    const stored = place.published();
    expect(answered.length).toBeGreaterThan(KILLS);
    expect(new Set(stored).size).toBe(stored.length);
    expect(answered.filter((id) => !stored.includes(id))).toEqual([]);
  }, 60_000 + KILLS * 10_000);
});
