/** Every command that is recorded as a run, by the name of its records; in the order of the day and then by name. */
export const jobCommands: readonly string[] = [
  ...['import-email', 'import-billing', 'import-ads', 'import-inventory', 'import-sources', 'enrich', 'assemble-orders', 'attribute-refunds', 'build-metrics', 'build-audiences', 'resend-relays', 'reconcile', 'report'],
  ...['forget', 'import-intake', 'purge', 'quarantine-discard', 'quarantine-replay', 'relays-enqueue', 'secrets-remove', 'secrets-rotate', 'secrets-set', 'suppressions-import', 'suppressions-remove'],
];
