import type { Command } from '../../cli/command.ts';
import { importOptions } from '../../cli/options.ts';

/** Imports what products cost, what shipping them cost, and how many are left. */
export const importInventory: Command = {
  name: 'import-inventory',
  summary: 'import product costs, stock levels and shipping costs',
  description:
    'Reads every batch of the feed inventory that the history does not have; the newest row of a key wins. From the rows follow ' +
    'the costs by day that margins are computed with, and the newest stock of each product and location.',
  options: importOptions,
  examples: ['hub import-inventory', 'hub import-inventory --entity stock_level --dry-run'],
  decidesByDate: true,
  async run(context, options) {
    const [{ importEntities }, { inventoryEntities }] = [await import('./import-entities.ts'), await import('../../sources/index.ts')];
    return importEntities(context, options, { command: 'import-inventory', entities: inventoryEntities });
  },
};
