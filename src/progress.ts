import { SingleBar } from 'cli-progress';

import { formatCount } from './runs/table.ts';

/** Shows how far long work is. */
export interface Progress {
  /** @param total in any unit that is known beforehand: bytes, batches, persons */
  start(total: number): void;
  /** @param done of the total; @param rows dealt with so far; @param what is worked on now: `alpina invoice` */
  update(done: number, rows: number, what: string): void;
  stop(): void;
}

/** Nothing to see: not a terminal, or --no-progress. */
export const silentProgress: Progress = { start: () => undefined, update: () => undefined, stop: () => undefined };

/** A bar on stderr with what is worked on, the rate in rows and the remaining time. */
export function terminalProgress(elapsed: () => number): Progress {
  const bar = new SingleBar({
    format: '{bar} {percentage}%  {what}  {rows} rows  {rate} rows/s  {eta_formatted} left',
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    etaBuffer: 50,
    barsize: 24,
    fps: 5,
    stream: process.stderr,
  });
  return {
    start(total) {
      bar.start(total, 0, { what: '', rows: '0', rate: '0' });
    },
    update(done, rows, what) {
      const seconds = Math.max(elapsed(), 1) / 1_000;
      bar.update(done, { what: what.padEnd(34), rows: formatCount(rows), rate: formatCount(Math.floor(rows / seconds)) });
    },
    stop() {
      bar.stop();
    },
  };
}
