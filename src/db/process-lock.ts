import BetterSqlite3 from 'better-sqlite3';

import { HubError, codeOf } from '../core/errors.ts';

/** A lock of the operating system on a file; it ends with the process, however that ends. */
export interface ProcessLock {
  release(): void;
}

/**
 * Takes a file for this process alone: an empty SQLite database in exclusive mode, as Node.js has no lock of its own.
 * @param what the thing that the file stands for, as the error names it: `The journal of writer 0`
 * @throws HubError locked if another process holds it
 */
export function holdFile(file: string, what: string): ProcessLock {
  const database = new BetterSqlite3(file, { timeout: 0 });
  try {
    // A rollback journal beside the file would outlive a kill; nothing is ever stored.
    database.pragma('journal_mode = memory');
    database.pragma('locking_mode = exclusive');
    database.exec('begin exclusive');
  } catch (cause) {
    database.close();
    if (codeOf(cause)?.startsWith('SQLITE_BUSY') !== true) throw cause;
    throw new HubError('locked', 'file_locked', `${what} is held by another process.`, {
      context: { file },
      nextStep: 'Stop that process first, or give this one a writer of its own with HUB_WRITER.',
      cause,
    });
  }
  return { release: () => void database.close() };
}
