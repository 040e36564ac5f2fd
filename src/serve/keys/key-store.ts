import { HubError, messageOf } from '../../core/errors.ts';
import { dateOf, type Clock, type LocalDate } from '../../core/time.ts';
import type { ApiKey } from './api-key.ts';
import { readKeysFile, writeKeysFile } from './keys-file.ts';

/** The keys of a server. */
export interface KeyStore {
  /**
   * The key of an id, as the database had it at most 30 s ago: a revocation holds after that. Without the database the
   * keys that were used here before go on as they were known.
   * @throws HubError transient (keys_unavailable) if nothing is known of the id and the database does not answer
   */
  find(id: string): Promise<ApiKey | undefined>;
  /** Notes that a key was used today; at most once a day and key, and nobody waits for it. */
  used(key: ApiKey): void;
}

export interface KeyStoreOptions {
  /** Asks the database; rejects if it does not answer. */
  readonly read: (id: string) => Promise<ApiKey | undefined>;
  readonly markUsed: (id: string, day: LocalDate) => Promise<void>;
  /** Where keys that were used here are kept between two starts. */
  readonly file: string;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsedMs: () => number;
  /** Told of the first failure after a success, not of each. */
  readonly trouble: (message: string) => void;
}

const KEPT_MS = 30_000;
/** For so long an answer is waited for, and after a failure nobody asks again. */
const PATIENCE_MS = 2_000;
const PAUSE_MS = 5_000;

/** Keys with the hash of their secrets in memory; who shows an unknown id costs one look-up, which the limit of failures bounds. */
export function keyStore(options: KeyStoreOptions): KeyStore {
  const { elapsedMs, clock } = options;
  const known = new Map<string, { readonly key: ApiKey; readonly readMs: number | undefined }>(readKeysFile(options.file).map((key) => [key.id, { key, readMs: undefined }]));
  const asked = new Map<string, Promise<ApiKey | undefined>>();
  const notedOn = new Map<string, LocalDate>();
  let silentUntilMs: number | undefined;

  const keep = (id: string, key: ApiKey | undefined): void => {
    const before = known.get(id)?.key;
    if (key === undefined) known.delete(id);
    else known.set(id, { key, readMs: elapsedMs() });
    if (JSON.stringify(key) === JSON.stringify(before)) return;
    try {
      writeKeysFile(options.file, [...known.values()].map((entry) => entry.key));
    } catch (error) {
      // The next start without the database knows less; nobody is refused for it now.
      options.trouble(messageOf(error));
    }
  };
  const ask = async (id: string): Promise<ApiKey | undefined> => {
    try {
      const key = await withPatience(options.read(id));
      silentUntilMs = undefined;
      keep(id, key);
      return key;
    } catch (error) {
      if (silentUntilMs === undefined) options.trouble(messageOf(error));
      silentUntilMs = elapsedMs() + PAUSE_MS;
      return stale(id);
    }
  };
  const stale = (id: string): ApiKey => {
    const entry = known.get(id);
    if (entry !== undefined) return entry.key;
    throw new HubError('transient', 'keys_unavailable', 'The database does not answer, and nothing is known of the key.');
  };
  return {
    async find(id) {
      const entry = known.get(id);
      if (entry?.readMs !== undefined && elapsedMs() - entry.readMs < KEPT_MS) return entry.key;
      if (silentUntilMs !== undefined && elapsedMs() < silentUntilMs) return stale(id);
      const running = asked.get(id) ?? ask(id).finally(() => asked.delete(id));
      asked.set(id, running);
      return running;
    },
    used({ id, lastUsedOn }) {
      const today = dateOf(clock.now());
      if ((notedOn.get(id) ?? lastUsedOn ?? '') >= today) return;
      notedOn.set(id, today);
      options.markUsed(id, today).catch(() => notedOn.delete(id));
    },
  };
}

async function withPatience<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
