import type { RouteProblem } from '../routing/prove.ts';
import { compileTarget, type Target, type TargetMacro } from '../targets/target.ts';
import type { Path, PlacedContent, Fault } from './faults.ts';

/** Something wrong with forms.yaml, at its line; of a rule also what it is. */
export interface FormsProblem extends Fault {
  readonly level: 'error' | 'warning';
  readonly route: RouteProblem | null;
}

/** Collects what is wrong with the file; of errors and of warnings the first thousand, and how many more there are. */
export interface ProblemLog {
  /** @param message the rest of a sentence; made only if it is told, and with a hint only for the first, as it looks for the nearest word */
  add(path: Path, message: string | ((isHinted: boolean) => string), route?: RouteProblem): void;
  /** The target of a template; of one that is wrong a target to nowhere, reported under its path. */
  target(path: Path, template: string, more?: readonly TargetMacro[], route?: RouteProblem): Target;
  /** Everything, by line. */
  all(): readonly FormsProblem[];
}

const NOWHERE: Target = { template: '', texts: [''], macros: [] };
const MOST_TOLD = 1_000;
const MOST_HINTS = 20;

/** @param hosts where targets may lead, in lower case */
export function problemLog(yaml: PlacedContent, faults: readonly Fault[], hosts: ReadonlySet<string>): ProblemLog {
  const problems: FormsProblem[] = faults.slice(0, MOST_TOLD).map((fault) => ({ ...fault, level: 'error', route: null }));
  const counts = { error: faults.length, warning: 0 };
  let hints = 0;
  const add: ProblemLog['add'] = (path, message, route) => {
    const level = route?.level ?? 'error';
    if (++counts[level] > MOST_TOLD) return;
    const text = typeof message === 'string' ? message : message(++hints <= MOST_HINTS);
    problems.push({ ...yaml.faultAt(path, text), level, route: route ?? null });
  };
  const further = (['error', 'warning'] as const).flatMap((level) => ({ level, more: () => counts[level] - MOST_TOLD }));
  return {
    add,
    target(path, template, more, route) {
      const target = compileTarget(template, hosts, more);
      if ('template' in target) return target;
      add(path, target.problem, route);
      return NOWHERE;
    },
    all: () => [
      ...problems.toSorted((one, other) => one.line - other.line),
      ...further.flatMap(({ level, more }): FormsProblem[] => (more() > 0 ? [{ line: 1, key: '', message: `has ${more()} more ${level}s than are shown; correct these first`, level, route: null }] : [])),
    ],
  };
}
