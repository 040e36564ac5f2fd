/** Every command that is recorded as a run, by the name of its records; in the order of the day and then by name. */
export const jobCommands: readonly string[] = [
  ...['import-email', 'import-billing', 'enrich', 'assemble-orders', 'attribute-refunds', 'build-metrics', 'build-audiences', 'resend-relays', 'reconcile', 'report'],
  ...['forget', 'import-intake', 'leads-redecide', 'purge', 'quarantine-discard', 'quarantine-replay', 'relays-enqueue', 'suppressions-import', 'suppressions-remove'],
];
