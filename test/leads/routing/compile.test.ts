import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { knowledgeStates, type KnowledgeState } from '../../../src/leads/decision.ts';
import { compileRouting, type RoutingSpec } from '../../../src/leads/routing/compile.ts';
import { ruleOf, takes, takesForm, type RouteRequest, type RuleSpec } from '../../../src/leads/routing/rule.ts';
import { winnerOf } from '../../../src/leads/routing/table.ts';

interface VectorTable extends Omit<RoutingSpec, 'forms' | 'rules'> {
  readonly name: string;
  readonly forms: readonly { readonly id: string; readonly brand: string; readonly theme?: string; readonly product?: string }[];
  readonly rules: readonly (Omit<RuleSpec, 'priority' | 'when'> & Partial<RuleSpec>)[];
}

interface Expected {
  readonly code: string;
  readonly rules: readonly string[];
  readonly by?: readonly string[];
}

interface RoutingVectors {
  readonly tables: readonly (VectorTable & { readonly cases: readonly (RouteRequest & { readonly rule: string | null; readonly why: string })[] })[];
  readonly faulty: readonly (VectorTable & { readonly errors: readonly Expected[]; readonly warnings: readonly Expected[] })[];
}

const { routing: vectors } = JSON.parse(readFileSync('test/vectors/serve.json', 'utf8')) as { routing: RoutingVectors };

function specOf({ forms, rules, ...rest }: VectorTable): RoutingSpec {
  return {
    ...rest,
    forms: forms.map((form) => ({ id: form.id, brand: form.brand, theme: form.theme ?? null, product: form.product ?? null })),
    rules: rules.map((rule) => ({ ...rule, priority: rule.priority ?? 0, when: rule.when ?? {} })),
  };
}

function routeIn(spec: RoutingSpec): (request: RouteRequest) => string | null {
  const { table } = compileRouting(spec);
  return ({ form, partner, state }) => {
    const place = spec.forms.findIndex(({ id }) => id === form);
    const winner = winnerOf(table, place, partner === null ? undefined : spec.partners.indexOf(partner), state);
    return winner === undefined ? null : (spec.rules[winner]?.id ?? '');
  };
}

describe('compileRouting, on the tables of the specification', () => {
  for (const table of vectors.tables) {
    const route = routeIn(specOf(table));
    test.each(table.cases)(`${table.name}: $form, $partner, $state → $rule`, (request) => {
      expect(route(request)).toBe(request.rule);
    });
  }

  test.each(vectors.faulty)('$name', (table) => {
    const { problems } = compileRouting(specOf(table));
    const shown = (level: string) => problems.filter((problem) => problem.level === level).map(({ code, rules, by }) => ({ code, rules, ...(by.length > 0 ? { by } : {}) }));
    expect({ errors: shown('error'), warnings: shown('warning') }).toEqual({ errors: table.errors, warnings: table.warnings });
  });
});

/** Every rule is tried on every request. */
function naive(spec: RoutingSpec) {
  const rules = spec.rules.map(ruleOf);
  const requests = spec.forms.flatMap((form) => [...spec.partners, null].flatMap((partner) => knowledgeStates.map((state: KnowledgeState) => ({ form, partner, state }))));
  return requests.map(({ form, partner, state }) => {
    const depth = knowledgeStates.indexOf(state);
    const matching = rules.filter((rule) => takesForm(rule, form) && takes(rule.partner, partner) && (rule.states & (1 << depth)) !== 0);
    const rank = Math.max(...matching.map((rule) => rule.rank));
    return { request: { form: form.id, partner, state }, matching: matching.map(({ id }) => id), best: matching.filter((rule) => rule.rank === rank).map(({ id }) => id) };
  });
}

const when = fc.record({ known: fc.boolean(), known_active: fc.boolean(), known_active_same_brand: fc.boolean() }, { requiredKeys: [] });
const optional = (...values: string[]) => fc.option(fc.constantFrom(...values, '*'), { nil: undefined });
const rules = fc
  .array(
    fc.record({
      priority: fc.integer({ min: -1, max: 1 }),
      theme: optional('detox', 'quiz', 'none'),
      partner: optional('acme', 'bolt', 'none'),
      product: optional('zinc', 'none'),
      brand: optional('alpina', 'belmont'),
      when: fc.oneof(fc.constant({}), when),
    }),
    { maxLength: 12 },
  )
  .map((specs) => specs.map((spec, place) => ({ id: `r${place}`, ...spec })));
const forms = fc
  .array(fc.record({ brand: fc.constantFrom('alpina', 'belmont'), theme: fc.constantFrom('detox', 'quiz', null), product: fc.constantFrom('zinc', null) }), { minLength: 1, maxLength: 6 })
  .map((specs) => specs.map((spec, place) => ({ id: `f${place}`, ...spec })));
const declared = { brands: ['alpina', 'belmont'], themes: ['detox', 'quiz'], products: ['zinc'] };
const specs = fc.record({ forms, rules, partners: fc.constantFrom(['acme', 'bolt'], ['acme', 'bolt', 'cori']) }).map((spec): RoutingSpec => ({ ...declared, ...spec }));

describe('a compiled table', () => {
  test('gives every request the rule that a search through all rules finds', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const route = routeIn(spec);
        for (const { request, best } of naive(spec)) expect(route(request)).toBe(best[0] ?? null);
      }),
    );
  });

  test('has exactly the problems that a search through all requests finds, each with a request that shows it', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const cells = naive(spec);
        const { problems } = compileRouting(spec);
        const found = (code: string) => problems.filter((problem) => problem.code === code);
        const pairs = cells.flatMap(({ best }) => best.flatMap((one, at) => best.slice(at + 1).map((other) => `${one} ${other}`)));
        expect(found('tie').map((tie) => tie.rules.join(' ')).sort()).toEqual([...new Set(pairs)].sort());
        for (const { rules: tied, example } of found('tie')) {
          expect(cells.find(({ request }) => JSON.stringify(request) === JSON.stringify(example))?.best).toEqual(expect.arrayContaining([...tied]));
        }
        for (const rule of spec.rules.map(ruleOf)) {
          const mine = cells.filter(({ matching }) => matching.includes(rule.id));
          const codes = problems.filter(({ code, rules: of }) => code !== 'tie' && of.includes(rule.id)).map(({ code }) => code);
          if (rule.states === 0) expect(codes).toEqual(['impossible']);
          else if (mine.length === 0) expect(codes).toEqual(['idle']);
          else if (mine.some(({ best }) => best.includes(rule.id))) expect(codes).toEqual([]);
          else {
            expect(codes).toEqual(['shadowed']);
            const by = new Set(mine.flatMap(({ best }) => best));
            const shadow = found('shadowed').find((each) => each.rules.includes(rule.id));
            expect(new Set(shadow?.by)).toEqual(by);
            expect(mine.map(({ request }) => request)).toContainEqual(shadow?.example);
          }
        }
      }),
    );
  });

  test('names what is not declared, of each dimension', () => {
    const form = { id: 'f', brand: 'alpina', theme: null, product: null };
    const bad = [{ theme: 'x' }, { partner: 'x' }, { product: 'x' }, { brand: 'x' }, { brand: 'none' }].map((part, place) => ({ id: `r${place}`, priority: 0, when: {}, ...part }));
    const { problems } = compileRouting({ ...declared, partners: [], forms: [form], rules: bad });
    expect(problems.map(({ code, rules: [id] }) => `${code} ${id}`)).toEqual(bad.map(({ id }) => `unknown_value ${id}`));
  });
});
