import type { Problem } from '../../core/problem.ts';

const MOST_SHOWN = 20;

/** The warnings of a report as people read them, under their heading; nothing if there are none. */
export function warningLines(warnings: readonly string[]): string[] {
  if (warnings.length === 0) return [];
  return ['Warnings:', ...warnings.slice(0, MOST_SHOWN).map((warning) => `  ${warning}`), ...more(warnings.length)];
}

/** The problems of a run as people read them, each with its code and what helps; nothing if there are none. */
export function problemLines(problems: readonly Problem[]): string[] {
  if (problems.length === 0) return [];
  const shown = problems.slice(0, MOST_SHOWN).flatMap(({ code, message, next }) => [`  ${code}: ${message}`, ...(next === undefined ? [] : [`    next: ${next}`])]);
  return ['Problems:', ...shown, ...more(problems.length)];
}

function more(count: number): string[] {
  return count > MOST_SHOWN ? [`  … and ${count - MOST_SHOWN} more (all of them with --output json)`] : [];
}
