import { compileRouting, isDeclared, type Routing, type RoutingSpec } from '../routing/compile.ts';
import { MOST_NAMED, type RouteProblem } from '../routing/prove.ts';
import type { RouteRequest } from '../routing/rule.ts';
import type { Target } from '../targets/target.ts';
import type { Entry } from './entries.ts';
import { notDeclared } from './faults.ts';
import type { ProblemLog } from './problems.ts';
import type { RouteSpec } from './schema.ts';

/** The compiled rules, and where each leads by its place. */
export interface Routes {
  readonly routing: Routing;
  readonly targets: readonly Target[];
}

/** Compiles the rules, and reports what their proof finds. @param isWhole false if a form, partner or rule could not be read */
export function routesOf(entries: readonly Entry<RouteSpec>[], spec: Omit<RoutingSpec, 'rules'>, isWhole: boolean, log: ProblemLog): Routes {
  const whole = { ...spec, rules: entries.map(({ value }) => value) };
  const routing = compileRouting(whole, isWhole);
  const placeOf = new Map(entries.map(({ value, place }) => [value.id, place]));
  const targets = entries.map(({ value, place }) =>
    log.target(['routes', place, 'to'], value.to, [], { code: 'bad_target', level: 'error', rules: [value.id], by: [], example: null }),
  );
  for (const problem of routing.problems) {
    const path = ['routes', placeOf.get(problem.rules.at(-1) ?? '') ?? 0];
    if (problem.code !== 'unknown_value') log.add(path, messageOf(problem), problem);
    else {
      const rule = routing.rules.find(({ id }) => id === problem.rules[0]);
      for (const key of rule?.given.filter((dimension) => !isDeclared(rule, dimension, whole)) ?? []) {
        const known = { theme: spec.themes, partner: spec.partners, product: spec.products, brand: spec.brands }[key];
        log.add([...path, key], (isHinted) => notDeclared(rule?.[key] ?? '', known, key === 'brand' ? 'in hub.config.yaml' : `under ${key}s`, isHinted), problem);
      }
    }
  }
  return { routing, targets };
}

function messageOf({ code, rules, by, example }: RouteProblem): string {
  const [first = ''] = rules;
  const shown = example === null ? '' : ` (${requestText(example)})`;
  switch (code) {
    case 'tie':
      return `has the same rank as ${first} for a request of both${shown}; give one of them a priority`;
    case 'shadowed':
      return `never wins: wherever it matches${shown}, ${by.join(', ')}${by.length < MOST_NAMED ? '' : ' and others'} ${by.length === 1 ? 'has' : 'have'} a higher rank; remove it, or give it a priority`;
    case 'impossible':
      return 'holds for no state: who is active is known, and who is active at the same brand is active';
    case 'idle':
      return 'matches no form with any partner';
    case 'unknown_value':
    case 'bad_target':
      return code;
  }
}

function requestText({ form, partner, state }: RouteRequest): string {
  return `form ${form}, ${partner === null ? 'no partner' : `partner ${partner}`}, state ${state}`;
}
