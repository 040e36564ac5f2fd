import type { Problem } from '../../core/problem.ts';
import { formatCount } from '../../core/text/counts.ts';
import { firstOf } from '../../core/text/first-of.ts';

const MOST_SHOWN = 20;

/** The warnings of a report as people read them, under their heading; nothing if there are none. */
export function warningLines(warnings: readonly string[]): string[] {
  if (warnings.length === 0) return [];
  const { shown, more } = firstOf(warnings, MOST_SHOWN);
  return ['Warnings:', ...shown.map((warning) => `  ${warning}`), ...andMore(more)];
}

/** The problems of a run as people read them, each with its code and what helps; nothing if there are none. */
export function problemLines(problems: readonly Problem[]): string[] {
  if (problems.length === 0) return [];
  const { shown, more } = firstOf(problems, MOST_SHOWN);
  const lines = shown.flatMap(({ code, message, next }) => [`  ${code}: ${message}`, ...(next === undefined ? [] : [`    next: ${next}`])]);
  return ['Problems:', ...lines, ...andMore(more)];
}

/** The line under a list that was cut short by `--limit`; nothing under a whole one. */
export function limitLine(which: 'first' | 'newest', shown: number, total: number, noun: string): string[] {
  return total > shown ? [`The ${which} ${formatCount(shown)} of ${formatCount(total)} ${noun}; more with --limit.`] : [];
}

function andMore(count: number): string[] {
  return count > 0 ? [`  … and ${count} more (all of them with --output json)`] : [];
}
