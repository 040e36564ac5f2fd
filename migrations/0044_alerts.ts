import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type TableSpec } from '../src/db/schema.ts';

const table: TableSpec = {
  name: 'alert_states',
  columns: {
    rule: 'key!',
    // A hash of what tells the subjects of a rule apart.
    subject_id: 'key!',
    subject: 'text!',
    brand: 'key',
    title: 'text!',
    severity: 'key!',
    state: 'key!',
    // The date on which it began to fire, or was last seen to be well.
    since: 'date!',
    value: 'text',
    threshold: 'text',
    // How often this firing was told of.
    repetition: 'integer!',
    notified_at: 'instant',
    as_of: 'date!',
    run_id: 'key!',
    updated_at: 'instant!',
  },
  primaryKey: ['rule', 'subject_id'],
};

/** What each alert rule last found of each subject (metrics specification, "Alerts and the weekly mail"). */
export const alerts: Migration = {
  name: '0044_alerts',
  async up(kit) {
    await createTable(kit, table);
  },
  async down(kit) {
    await dropTable(kit, table.name);
  },
};
