/** A command of the day as the chaos suite runs it. A new command is one entry here. */
export interface Step {
  readonly args: readonly string[];
  /** The failpoints of the command beside those of every run. */
  readonly failpoints: RegExp;
}

const AS_OF = ['--as-of', '2026-04-01'];

/** The day in its order; each command reads what those before it wrote. */
export const steps: readonly Step[] = [
  { args: ['import-billing', '--brand', 'alpina', 'belmont', '--max-rejects', '10%'], failpoints: /^import\./ },
  { args: ['enrich', ...AS_OF], failpoints: /^enrich\./ },
  { args: ['assemble-orders'], failpoints: /^orders\./ },
  { args: ['attribute-refunds'], failpoints: /^orders\./ },
];

/** The failpoints that every recorded run passes. */
export const ofEveryRun = /^(run|lock)\./;
