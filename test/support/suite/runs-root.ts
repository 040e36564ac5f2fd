import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** Room for what a run keeps at one time, most of it the data of a private server. */
const LEAST_FREE_BYTES = 4 * 1024 ** 3;

/**
 * The folder below which a test run keeps everything temporary: in memory, if this machine has room there, as nobody has
 * to wait for files to be flushed then. TMPDIR chooses another one.
 */
export function rootOfRuns(): string {
  return process.env['TMPDIR'] === undefined && hasRoomInMemory() ? MEMORY : tmpdir();
}

/** Programs and native modules must run from there too. */
function hasRoomInMemory(): boolean {
  if (!existsSync('/proc/mounts') || !existsSync(MEMORY)) return false;
  const mount = readFileSync('/proc/mounts', 'utf8').split('\n').find((line) => line.split(' ')[1] === MEMORY);
  if (mount === undefined || /\b(noexec|ro)\b/.test(mount.split(' ')[3] ?? '')) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= LEAST_FREE_BYTES;
}
