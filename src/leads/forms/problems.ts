import type { Path, PlacedYaml, Fault } from '../../core/text/placed-yaml.ts';
import type { RouteProblem } from '../routing/prove.ts';
import { compileTarget, type Target, type TargetMacro } from '../targets/target.ts';

/** Something wrong with forms.yaml, at its line; of a rule also what it is. */
export interface FormsProblem extends Fault {
  readonly level: 'error' | 'warning';
  readonly route: RouteProblem | null;
}

/** Collects what is wrong with the file. */
export interface ProblemLog {
  add(path: Path, message: string, route?: RouteProblem): void;
  /** The target of a template; of one that is wrong a target to nowhere, reported under its path. */
  target(path: Path, template: string, more?: readonly TargetMacro[], route?: RouteProblem): Target;
  /** Everything, by line. */
  all(): readonly FormsProblem[];
}

const NOWHERE: Target = { template: '', texts: [''], macros: [] };

/** @param hosts where targets may lead, in lower case */
export function problemLog(yaml: PlacedYaml, faults: readonly Fault[], hosts: ReadonlySet<string>): ProblemLog {
  const problems: FormsProblem[] = faults.map((fault) => ({ ...fault, level: 'error', route: null }));
  const add: ProblemLog['add'] = (path, message, route) => {
    problems.push({ ...yaml.faultAt(path, message), level: route?.level ?? 'error', route: route ?? null });
  };
  return {
    add,
    target(path, template, more, route) {
      const target = compileTarget(template, hosts, more);
      if ('template' in target) return target;
      add(path, target.problem, route);
      return NOWHERE;
    },
    all: () => problems.toSorted((one, other) => one.line - other.line),
  };
}
