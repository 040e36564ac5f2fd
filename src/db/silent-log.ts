/**
 * A log for knex that stays silent: every error is thrown and translated, and knex would print it to stdout as well,
 * in the middle of the report.
 */
export const silentLog = {
  debug: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  deprecate: () => undefined,
};
