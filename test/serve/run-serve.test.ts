import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import { PROJECT } from '../support/program/hub.ts';
import { sendLeads, servePlace, type ServeProcess } from './process.ts';

const one = async (server: ServeProcess, path: string): Promise<string> => {
  const response = await fetch(`${server.address}${path}`, { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/json' }, body: '{"email":"anna@mail.ch"}' });
  return ((await response.json()) as { lead_id: string }).lead_id;
};

describe('a served journal', () => {
  test('is published in full by an orderly end, which is 0', async () => {
    const place = await servePlace();
    const server = await place.serve();
    const ids = [await one(server, place.path), await one(server, place.path)];
    server.child.kill('SIGTERM');
    await sleep(500);
    expect((await fetch(`${server.address}/readyz`)).status).toBe(503);
    ids.push(await one(server, place.path));
    const result = await server.ended;
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('3 records were published, 0 segments are left');
    expect(place.published().sort()).toEqual(ids.sort());
  });

  test('is on the disk when a second signal cuts the end short, which is 143', async () => {
    const place = await servePlace();
    const server = await place.serve();
    const id = await one(server, place.path);
    server.child.kill('SIGTERM');
    await sleep(200);
    server.child.kill('SIGTERM');
    const result = await server.ended;
    expect(result.code).toBe(143);
    expect(result.log().at(-1)?.message).toContain('The end was cut short');
    await place.hub(['journal', 'publish']);
    expect(place.published()).toEqual([id]);
  });

  test('is refused to a second process, and to those who would publish it meanwhile, with 4', async () => {
    const place = await servePlace();
    const server = await place.serve();
    await one(server, place.path);
    expect((await place.hub(['serve'])).code).toBe(4);
    expect((await place.hub(['journal', 'publish'])).code).toBe(4);
    const listed = await place.hub(['journal', 'list', '--output', 'json']);
    expect(listed.json()).toMatchObject({ items: [{ writer: '0', segment: 1 }] });
    const other = await place.serve({ HUB_WRITER: 'b' });
    for (const each of [server, other]) each.child.kill('SIGKILL');
    await Promise.all([server.ended, other.ended]);
  });

  test('is rotated and published while it goes on', async () => {
    const place = await servePlace('  journal: { rotate: 1s }\n');
    const server = await place.serve();
    const ids = await sendLeads(`${server.address}${place.path}`, 4, AbortSignal.timeout(2_500));
    for (let waited = 0; waited < 5_000 && (!existsSync(join(place.folder, '.hub', 'intake')) || place.published().length < ids.length); waited += 100) await sleep(100);
    expect(place.published().sort()).toEqual(ids.sort());
    server.child.kill('SIGKILL');
    await server.ended;
  });

  test('that is damaged is told by verify, and published with 3', async () => {
    const place = await servePlace();
    const server = await place.serve();
    const id = await one(server, place.path);
    server.child.kill('SIGKILL');
    await server.ended;
    const segment = join(place.folder, '.hub', 'journal', '0', '0000000001.journal');
    const bytes = readFileSync(segment);
    writeFileSync(segment, Buffer.concat([Buffer.from('rubbish\n'), bytes]));
    appendFileSync(segment, '0000');
    const verified = await place.hub(['journal', 'verify', '.hub/journal', '--output', 'json']);
    expect([verified.code, verified.json()]).toMatchObject([3, { items: [{ records: 1, corrupt: 1, torn_bytes: 4 }] }]);
    expect(readFileSync(segment)).toHaveLength(bytes.length + 12);
    const published = await place.hub(['journal', 'publish', '--output', 'json']);
    expect([published.code, published.json()]).toMatchObject([3, { items: [{ writer: '0', segment: 1, records: 1, corrupt: 1, corrupt_bytes: 8, torn_bytes: 4 }] }]);
    expect(place.published()).toEqual([id]);
  });
});

describe('forms of a server', () => {
  test('are loaded anew with SIGHUP, unless they are faulty', async () => {
    const place = await servePlace();
    mkdirSync(join(place.folder, 'config'));
    const file = join(place.folder, 'config', 'forms.yaml');
    copyFileSync(join(PROJECT, 'config', 'forms.yaml'), file);
    const server = await place.serve();
    const good = readFileSync(file, 'utf8');
    writeFileSync(file, 'forms: [');
    server.child.kill('SIGHUP');
    await sleep(500);
    await one(server, place.path);
    writeFileSync(file, `${good}\n# changed\n`);
    server.child.kill('SIGHUP');
    await sleep(500);
    server.child.kill('SIGKILL');
    const log = (await server.ended).log().map(({ message }) => message);
    expect(log).toContain('the forms are faulty: those of before stay in force');
    expect(log).toContain('the forms were loaded anew');
  });

  test('are checked by --check, and by a start, with 2', async () => {
    const place = await servePlace();
    expect((await place.hub(['serve', '--check'])).code).toBe(0);
    mkdirSync(join(place.folder, 'config'));
    writeFileSync(join(place.folder, 'config', 'forms.yaml'), 'forms: [');
    for (const args of [['serve', '--check'], ['serve']]) expect((await place.hub(args)).code).toBe(2);
  });

  test('are not served over a journal that cannot be made, with 2', async () => {
    const place = await servePlace();
    writeFileSync(join(place.folder, 'file'), '');
    const result = await place.hub(['serve'], { HUB_JOURNAL: 'file' });
    expect(result.code).toBe(2);
    expect(result.log()[0]).toMatchObject({ code: 'journal_unusable', next: expect.stringContaining('HUB_JOURNAL') });
  });

  test.each([
    ['HUB_WRITER', 'A'],
    ['HUB_SERVE_LISTEN', '8080'],
    ['HUB_INTAKE_URL', 'ftp://x'],
  ])('are not reached with %s=%s, with 2', async (name, value) => {
    const place = await servePlace();
    const result = await place.hub(['serve', '--check'], { [name]: value });
    expect(result.code).toBe(2);
    expect(result.log()[0]).toMatchObject({ code: 'invalid_server_variable', message: expect.stringContaining(name) });
  });
});
