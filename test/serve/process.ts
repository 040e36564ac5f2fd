import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';

import { workspace, type Environment, type HubProcess, type Workspace } from '../support/program/hub.ts';

/** A folder in which servers run one after the other, over one journal and one intake. */
export interface ServePlace extends Workspace {
  /** `/l/frm_…` of the first form. */
  readonly path: string;
  serve(environment?: Environment): Promise<ServeProcess>;
  /** The lines of the leads in the intake. */
  records(): string[];
  /** Their ids, as often as they are there. */
  published(): string[];
}

export interface ServeProcess extends HubProcess {
  readonly address: string;
  readonly admin: string;
}

const LOOPBACK = { HUB_SERVE_LISTEN: '127.0.0.1:0', HUB_SERVE_ADMIN: '127.0.0.1:0' };
const LONGEST_START_MS = 20_000;

export async function servePlace(settings = ''): Promise<ServePlace> {
  const place = workspace(LOOPBACK);
  const file = join(place.folder, 'hub.config.yaml');
  const usual = readFileSync(file, 'utf8').replace('limits: { leads: 120, webhooks: 6000, events: 600, feeds: 60 }', 'limits: { leads: off, webhooks: off, events: off, feeds: off }');
  writeFileSync(file, settings === '' ? usual : usual.replace(/^ {2}journal: .*\n/m, settings));
  const { items } = (await place.hub(['forms', 'list', '--output', 'json'])).json() as { items: { path: string }[] };
  const records = (): string[] => {
    const intake = join(place.folder, '.hub', 'intake');
    const files = existsSync(intake) ? readdirSync(intake, { recursive: true, encoding: 'utf8' }).filter((name) => /^lead\/.*part-\d{10}\.ndjson\.gz$/.test(name)).sort() : [];
    return files.flatMap((name) => gunzipSync(readFileSync(join(intake, name))).toString().trimEnd().split('\n'));
  };
  return {
    ...place,
    path: items[0]?.path ?? '',
    async serve(environment) {
      const process = place.start(['serve'], environment);
      return { ...process, ...(await addressesOf(process)) };
    },
    records,
    published: () => records().map((line) => (JSON.parse(line) as { lead_id: string }).lead_id),
  };
}

/** Sends leads without a pause until the signal; gives the ids of those that were answered with success. */
export async function sendLeads(url: string, atOnce: number, signal: AbortSignal): Promise<string[]> {
  const answered: string[] = [];
  const send = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const response = await fetch(url, { method: 'POST', headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }, body: 'email=anna%40mail.ch' });
        if (response.status === 201) answered.push(((await response.json()) as { lead_id: string }).lead_id);
      } catch {
        // The server was killed: what had no answer was promised to nobody.
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, send));
  return answered;
}

/** The log says where the server listens. */
async function addressesOf({ child, ended }: HubProcess): Promise<{ address: string; admin: string }> {
  let text = '';
  child.stderr?.on('data', (chunk: string) => (text += chunk));
  const isEnded = ended.then(() => true);
  for (let waited = 0; waited < LONGEST_START_MS; waited += 25) {
    const line = text.split('\n').find((each) => each.includes('"message":"serving"'));
    if (line !== undefined) return JSON.parse(line) as { address: string; admin: string };
    if (await Promise.race([isEnded, sleep(25, false)])) break;
  }
  throw new Error(`the server did not start: ${text}`);
}
