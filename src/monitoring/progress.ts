import { createRequire } from 'node:module';
import type CliProgress from 'cli-progress';

import { formatCount, formatDuration } from '../core/text/counts.ts';
import type { Progress } from '../engine/runs/progress.ts';

/** Nothing to see: not a terminal, or --no-progress. */
export const silentProgress: Progress = { start: () => undefined, update: () => undefined, stop: () => undefined };

/** A bar on stderr with what is worked on, the rate in rows and the remaining time. */
export function terminalProgress(elapsed: () => number): Progress {
  // Loaded here: without a terminal there is nothing to draw.
  const { SingleBar } = createRequire(import.meta.url)('cli-progress') as typeof CliProgress;
  const bar = new SingleBar({
    format: '{bar} {percentage}%  {what}  {rows} rows  {rate} rows/s  {left} left',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    barsize: 24,
    fps: 5,
    stream: process.stderr,
  });
  let whole = 0;
  return {
    start(total) {
      whole = total;
      bar.start(total, 0, { what: '', rows: '0', rate: '0', left: '–' });
    },
    update(done, rows, what) {
      const ms = Math.max(elapsed(), 1);
      bar.update(done, {
        what: what.padEnd(34),
        rows: formatCount(rows),
        rate: formatCount(Math.floor((rows * 1_000) / ms)),
        left: done === 0 ? '–' : formatDuration(Math.floor((ms * (whole - done)) / done / 1_000) * 1_000),
      });
    },
    stop() {
      bar.stop();
    },
  };
}
