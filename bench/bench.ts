import type { BenchLakes } from './lake.client.ts';
import type { HubFolder } from './hub.client.ts';
import type { Comparison, Limit } from './samples.ts';
import type { BenchServer } from './server.client.ts';

/** What a measurement works with. */
export interface Bench {
  readonly server: BenchServer;
  readonly lakes: BenchLakes;
  /** Accounts of the lake; what is made without one takes its size from it. */
  readonly accounts: number;
  /** The built program and its folder. */
  readonly hub: HubFolder;
  /** A folder for files of the measurements; removed at the end. */
  readonly folder: string;
  /** How often each work is timed; the works of a measurement take turns. */
  readonly runs: number;
  readonly signal: AbortSignal;
  /** Tells people what is done now. */
  say(text: string): void;
}

/** Something measured once a round. */
export interface Figure {
  readonly name: string;
  readonly unit: 's' | 'ms' | 'rows/s' | 'MB';
  readonly samples: readonly number[];
}

/** A demand on the product, and how it came out. */
export interface Bar extends Comparison {
  readonly name: string;
  readonly unit: '×' | 'MB' | 's' | 'rows/s';
  readonly limit: Limit;
}

/** A ratio worth knowing that nothing is demanded of. */
export type Ratio = Omit<Bar, 'limit'>;

export interface Outcome {
  readonly figures: readonly Figure[];
  readonly bars: readonly Bar[];
  readonly ratios: readonly Ratio[];
  /** What the figures are of: rows, files … */
  readonly facts: Readonly<Record<string, number | string>>;
}

/** One measurement: one file in measurements/, listed in measurements/index.ts. */
export interface Measurement {
  /** As `--only` takes it. */
  readonly name: string;
  readonly summary: string;
  run(bench: Bench): Promise<Outcome>;
}
