import { HubError } from '../core/errors.ts';
import { didYouMean } from '../core/text/nearest.ts';
import { addMillis, millisOf } from '../core/time.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/database.ts';
import { upstreamCommands } from '../engine/declare/job-commands.ts';
import type { Entity } from '../sources/contract/contract.ts';
import type { OptionValues } from './command.ts';
import { dataFlags } from './options.ts';

/** What --after and --max-wait ask for. */
interface Upstream {
  readonly commands: readonly string[];
  readonly maxWaitMs: number;
}

/**
 * Reads --after and --max-wait, before anything is opened.
 * @throws HubError usage if nothing can ever be waited for like this
 */
export function upstreamOf(options: OptionValues, waiting: string): Upstream {
  const commands = dataFlags.after.of(options) ?? [];
  if (commands.includes(waiting)) {
    throw new HubError('usage', 'invalid_after', 'A command cannot wait for itself.', { nextStep: 'Name the command whose results this one reads, or leave --after out.' });
  }
  const unknown = commands.find((command) => !upstreamCommands.includes(command));
  if (unknown !== undefined) {
    throw new HubError('usage', 'unknown_command', `There is no command "${unknown}" to wait for.`, {
      nextStep: `${didYouMean(unknown, upstreamCommands)}--after takes one of: ${upstreamCommands.join(', ')}.`,
    });
  }
  return { commands, maxWaitMs: dataFlags.maxWait.of(options) };
}

/**
 * Waits for the commands that --after names, if it names any; --max-wait is for all of them together.
 * @param brands what the waiting command works on: the others must have done these
 * @throws HubError not_fresh if one has not succeeded with them in time
 */
export async function awaitUpstream(context: Context, database: Database, brands: readonly string[], { commands, maxWaitMs }: Upstream): Promise<void> {
  if (commands.length === 0) return;
  const [{ waitForCommand }, { adEntities, billingEntities, emailEvents, inventoryEntities }] = [await import('../engine/runs/wait.ts'), await import('../sources/index.ts')];
  // What an import must have imported of each brand.
  const imported: Readonly<Record<string, readonly Entity[]>> = { 'import-email': emailEvents, 'import-billing': billingEntities, 'import-ads': adEntities, 'import-inventory': inventoryEntities };
  const deadline = addMillis(context.clock.now(), maxWaitMs);
  for (const command of commands) {
    const left = Math.max(0, millisOf(deadline) - millisOf(context.clock.now()));
    await waitForCommand(database, { command, brands, entities: imported[command]?.map(({ name }) => name) }, left, context.clock, context.signal);
  }
}
