import { HubError } from '../../core/errors.ts';
import type { ChangeTableName } from './change-tables.ts';

/**
 * How `hub forget` takes a person out of a table: `rows`, those with the person_id go; `own`, by code of the stage
 * (privacy/erasure); `nobody`, the table names no person.
 */
export type Erasure = 'rows' | 'own' | 'nobody';

/** A stage of the day, or a part of one that has a mark of its own. */
export interface StageDeclaration {
  /** By which its marks and what it could not decide are stored. */
  readonly name: string;
  /** The commands that do it. */
  readonly commands: readonly string[];
  /** Its command has `--after`, and others can wait for it. */
  readonly awaited: boolean;
  /** It decides person by person: what it refuses is single persons, for whom nobody else has to wait. */
  readonly byPerson: boolean;
  /** The commands that write what it takes up: what such a run still writes waits for the next run of the stage. */
  readonly upstream: 'all' | 'all others' | readonly string[];
  /** The tables of changes that it reads above its mark: what stands in them stays until it has (`hub purge`). */
  readonly takesUp: readonly ChangeTableName[];
  /** The tables of derived records that it writes. */
  readonly records: Readonly<Record<string, Erasure>>;
  /** The tables of whom its runs take up, with run_id and person_id, the queue first; empty between runs. */
  readonly queue: readonly string[];
}

/** Whether a run of the command may still write what the stage takes up. */
export function mayWriteFor({ commands, upstream }: Pick<StageDeclaration, 'commands' | 'upstream'>): (command: string) => boolean {
  if (upstream === 'all') return () => true;
  if (upstream === 'all others') return (command) => !commands.includes(command);
  return (command) => upstream.includes(command);
}

/** The table of the persons that a run takes up. */
export function queueOf({ name, queue: [table] }: Pick<StageDeclaration, 'name' | 'queue'>): string {
  if (table !== undefined) return table;
  throw new HubError('unexpected', 'no_queue', `The stage "${name}" has no queue in the list of stages (engine/declare/stages.ts).`);
}
