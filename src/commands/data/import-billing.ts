import type { Command } from '../../cli/command.ts';
import { Confirmation } from '../../cli/flag.ts';
import { importOptions } from '../../cli/options.ts';

const allowShrink = new Confirmation('--allow-shrink', 'import a snapshot although it leaves out more than 30 % of what is stored');

/** Imports the 16 billing entities of each brand from the lake into the raw tables. */
export const importBilling: Command = {
  name: 'import-billing',
  summary: 'import the billing exports of each brand from the lake',
  description:
    'Reads every batch that the history does not have, repairs shifted rows, compares each row with the stored one and ' +
    'writes what changed. A batch is stored as a whole or not at all; bad rows go to quarantine (hub quarantine list).',
  options: [...importOptions, allowShrink],
  examples: [
    'hub import-billing',
    'hub import-billing --brand alpina --entity invoice payment',
    'hub import-billing --dry-run --output json',
    'hub import-billing --from 2026-03-01 --to 2026-03-08    # read these batches again',
    'hub import-billing --shard 2/4 --no-progress',
  ],
  decidesByDate: true,
  async run(context, options) {
    const [{ importEntities }, { billingEntities }] = [await import('./import-entities.ts'), await import('../../sources/index.ts')];
    return importEntities(context, options, { command: 'import-billing', entities: billingEntities, allowShrink: allowShrink.of(options) });
  },
};
