import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { HubError } from '../../src/core/errors.ts';
import { systemClock } from '../../src/core/time.ts';
import { segmentsIn } from '../../src/serve/journal/folder.ts';
import { readJournal } from '../../src/serve/journal/framing.ts';
import type { KeyStore } from '../../src/serve/keys/key-store.ts';
import { openIntake } from '../../src/serve/publish/open-intake.ts';
import { publishSegment } from '../../src/serve/publish/publish.ts';
import { nothingKnown } from '../../src/serve/knowledge/snapshot.ts';
import { openJournal, type OpenJournal } from '../../src/serve/open-journal.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../src/serve/server.ts';
import type { LeadRecord } from '../../src/leads/lead-record.ts';
import { atEndOfFile } from '../support/suite/cleanup.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';
import { oneFormDecide } from './decide.ts';

export interface LogEntry {
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface TestServer extends RunningServer {
  readonly logged: LogEntry[];
  readonly journal: OpenJournal;
  readonly intake: string;
  /** The records of the journal's segments. */
  records(): LeadRecord[];
}

/** Nobody has a key. */
const noKeys: KeyStore = { find: () => Promise.resolve(undefined), used: () => undefined };

const noDatabase = (): never => {
  throw new HubError('transient', 'database_unavailable', 'There is no database.');
};

/** A server on loopback over a journal of its own; it is drained at the end of the file, if it was not before. */
export async function testServer(change: Partial<ServerOptions> = {}): Promise<TestServer> {
  const folder = temporaryFolder('journal');
  const intake = temporaryFolder('intake');
  const store = await openIntake(`file:${intake}`);
  const logged: LogEntry[] = [];
  const log = (message: string, fields: object = {}): void => void logged.push({ message, ...fields });
  let journal: OpenJournal | undefined;
  const server = await startServer({
    ...{ parts: ['leads'], listen: { host: '127.0.0.1', port: 0 }, admin: { host: '127.0.0.1', port: 0 }, trustProxy: [], probeLimit: 20, leadsLimit: undefined, webhooks: () => [], webhooksLimit: undefined },
    ...{ keys: noKeys, keyLimits: {}, feeds: { feeds: () => new Map(), database: noDatabase } },
    ...{ events: { brands: ['alpina'], userHash: (brand, id) => `usr_${brand}_${id}`, internal: [] } },
    ...{ clock: systemClock, version: '0.0.0', log: { info: log, warn: log, error: log }, decide: oneFormDecide, knowledge: () => nothingKnown, database: () => undefined, integrations: () => Promise.resolve([]) },
    times: { asBefore: 0, open: 200 },
    async openJournal(metrics) {
      journal = await openJournal({
        ...{ journal: folder, writer: '0', durability: '50ms', rotateMs: 60_000, minFreeBytes: 0, clock: systemClock },
        thread: { publish: (segment) => publishSegment(segment, store), close: () => Promise.resolve() },
        published: (result) => metrics().published(result),
        trouble: ({ code }: HubError) => metrics().trouble(code),
      });
      return journal;
    },
    ...change,
  });
  let drained: Promise<void> | undefined;
  const drain = (cut: AbortSignal): Promise<void> => (drained ??= server.drain(cut));
  atEndOfFile(() => drain(AbortSignal.abort()));
  if (journal === undefined) throw new Error('no journal was opened');
  return {
    ...{ ...server, drain, logged, journal, intake },
    records: () =>
      segmentsIn(join(folder, '0')).flatMap(({ file }) =>
        [...readJournal(readFileSync(file))].flatMap((entry) => (entry.kind === 'record' && ['lead_id', 'event_id', 'consent_id'].some((id) => id in Object(entry.value)) ? [entry.value as LeadRecord] : [])),
      ),
  };
}
