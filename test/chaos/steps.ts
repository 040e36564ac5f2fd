/** A command of the day as the chaos suite runs it. A new command is one entry here. */
export interface Step {
  /** The command line; `{today}` is the date of the day. */
  readonly args: readonly string[];
  /** The failpoints of the command beside those of every run. */
  readonly failpoints: RegExp;
}

/** The day in its order; each command reads what those before it wrote. */
export const steps: readonly Step[] = [
  { args: ['import-email', '--brand', 'alpina', '--max-rejects', '60%'], failpoints: /^(import|subscribers)\./ },
  { args: ['import-billing', '--brand', 'alpina', 'belmont', '--max-rejects', '10%'], failpoints: /^import\./ },
  { args: ['import-ads', '--brand', 'alpina', 'belmont'], failpoints: /^import\./ },
  { args: ['import-inventory', '--brand', 'alpina'], failpoints: /^import\./ },
  { args: ['enrich', '--as-of', '{today}'], failpoints: /^stage\./ },
  { args: ['assemble-orders'], failpoints: /^(stage\.|relays\.enqueued)/ },
  { args: ['attribute-refunds'], failpoints: /^(stage\.|relays\.enqueued)/ },
  { args: ['build-metrics', '--as-of', '{today}'], failpoints: /^(stage|metrics)\./ },
  { args: ['build-audiences', '--as-of', '{today}', '--allow-shrink'], failpoints: /^audiences\./ },
  // Nothing is old here: it walks over the tables. What is killed while it removes is in its own crash test.
  { args: ['purge'], failpoints: /^purge\./ },
];

/** The failpoints that every recorded run passes. */
export const ofEveryRun = /^(run|lock)\./;
/** Sending is at least once: how often it was tried depends on the kills, so its own crash test counts what arrived. */
export const ofSending = /^relays\.(claimed|sent|recorded)$/;
/** For people, and rare; its own crash test kills it. */
export const ofErasing = /^forget\./;
/** They need metrics that are fresh; their own crash test kills them. */
export const ofTelling = /^(alerts|digest)\./;
/** It needs platforms to ask; its own crash test kills it. */
export const ofAsking = /^extract\./;
/** It needs what a server published; its own crash test kills it, and those of the server kill that. */
export const ofIntake = /^intake\./;
/** For people; its own crash test kills it. */
export const ofWebhooks = /^webhooks\./;
/** For people; its own crash test kills it. */
export const ofSecrets = /^secrets\./;
/** There is no source lake here: its own crash test kills what import-sources derives. */
export const ofSources = /^facts\./;
