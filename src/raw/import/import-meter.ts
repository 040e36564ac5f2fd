import type { Progress } from '../../engine/runs/progress.ts';
import type { LakeBatch } from '../../lake/port/lake.ts';
import type { FeedPlan } from './import-feed.ts';

/** Measures how far an import is: in bytes of the batches dealt with, or in batches where sizes are not known. */
export class Meter {
  readonly #progress: Progress;
  /** Bytes read of the batches under way. */
  readonly #reading = new Map<LakeBatch, number>();
  #done = 0;
  #rows = 0;
  #what = '';

  constructor(plans: readonly Pick<FeedPlan, 'batches'>[], progress: Progress) {
    this.#progress = progress;
    const batches = plans.flatMap((plan) => plan.batches);
    progress.start(batches.reduce((sum, { batch }) => sum + weight(batch.bytes), 0));
  }

  rows(count: number, batch: LakeBatch, bytesRead: number): void {
    this.#rows += count;
    this.#reading.set(batch, Math.min(bytesRead, batch.bytes ?? 0));
    this.#what = `${batch.feed.brand} ${batch.feed.entity}`;
    this.#show();
  }

  batch(batch: LakeBatch): void {
    this.#done += weight(batch.bytes);
    this.#reading.delete(batch);
    this.#show();
  }

  #show(): void {
    const partly = [...this.#reading.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.#progress.update(this.#done + partly, this.#rows, this.#what);
  }
}

/** An empty batch has its weight too, so that the bar reaches its end. */
function weight(bytes: number | undefined): number {
  return 1 + (bytes ?? 0);
}
