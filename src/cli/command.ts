import type { Option } from 'commander';

import type { Context } from '../context.ts';

/** What a command prints: the same content as text and as data. */
export interface Output {
  readonly text: string;
  readonly json: unknown;
  /** With `csv: true` on the command: the same as comma-separated values with a header. */
  readonly csv?: string;
  /** True: done, but part of the input was refused (exit code 3). */
  readonly refused?: boolean;
  /** True: what is not done can be done by a later run without anybody's help (exit code 6). */
  readonly transient?: boolean;
  /** True: the command found something that must be put right first (exit code 2). */
  readonly failed?: boolean;
}

/** Values of the options as commander names them (`--dry-run` → `dryRun`). */
export type OptionValues = Readonly<Record<string, unknown>>;

/** One command of the CLI, or a group of them. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** More, for the command's own help. */
  readonly description?: string;
  /** `<id>` or `[id...]`, as commander writes arguments. */
  readonly arguments?: string;
  readonly options?: readonly Option[];
  /** Command lines that work as they stand, shown in the help. */
  readonly examples?: readonly string[];
  readonly commands?: readonly Command[];
  /** True: what it does depends on which day it is, so it does nothing while the clocks leave that open. */
  readonly decidesByDate?: boolean;
  /** True: it works where there is no configuration yet; what it gets is the one that hub brings. */
  readonly makesConfiguration?: boolean;
  /** True: it ends in order by itself after the first signal, and a second one is its own to answer. */
  readonly drains?: boolean;
  /** True: `--output csv` is offered. */
  readonly csv?: boolean;
  /** Loads what it needs, does the work, returns what is to be printed. */
  run?(context: Context, options: OptionValues, args: readonly string[]): Promise<Output>;
}
