import { z } from 'zod';

import { HubError } from '../../core/errors.ts';
import { useOneOf } from '../../core/text/nearest.ts';
import { knowledgeStates } from '../decision.ts';
import { winnerOf } from './table.ts';
import type { Routing } from './compile.ts';
import type { RoutedForm } from './rule.ts';

const casesSchema = z.object({
  cases: z.array(z.object({ form: z.string(), partner: z.string().nullable().default(null), state: z.enum(knowledgeStates), rule: z.string().nullable() })).min(1),
});

/** A request and the rule that it is to get; null for the default of the form. */
export type RouteCase = z.output<typeof casesSchema>['cases'][number];

/** A case with the rule that it gets. */
export interface RouteResult extends RouteCase {
  readonly got: string | null;
  readonly ok: boolean;
}

/**
 * Reads the cases of a file of routes.
 * @throws HubError usage if the text is no JSON or holds something else
 */
export function parseRouteCases(file: string, text: string): readonly RouteCase[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new HubError('usage', 'cases_invalid', `${file} is no JSON.`, { context: { file }, nextStep: NEXT, cause });
  }
  const checked = casesSchema.safeParse(content);
  if (checked.success) return checked.data.cases;
  const [issue] = checked.error.issues;
  throw new HubError('usage', 'cases_invalid', `${file}: "${issue?.path.join('.') ?? ''}" ${issue?.message ?? 'is not valid'}`, { context: { file }, nextStep: NEXT });
}

const NEXT = 'Give {"cases": [{"form": "detox-fr", "partner": null, "state": "known", "rule": "vip"}]}; rule is null for the default of the form.';

/**
 * Looks each case up in the table.
 * @throws HubError usage if a case names a form or partner that is not declared
 */
export function testRoutes(routing: Routing, forms: readonly RoutedForm[], partners: readonly string[], cases: readonly RouteCase[]): RouteResult[] {
  return cases.map((each) => {
    const form = placeOf(each.form, forms.map(({ id }) => id), 'form');
    const partner = each.partner === null ? undefined : placeOf(each.partner, partners, 'partner');
    const winner = winnerOf(routing.table, form, partner, each.state);
    const got = winner === undefined ? null : (routing.rules[winner]?.id ?? null);
    return { ...each, got, ok: got === each.rule };
  });
}

/**
 * The place of a declared id.
 * @throws HubError usage (unknown_form, unknown_partner), naming those that there are
 */
export function placeOf(id: string, known: readonly string[], what: 'form' | 'partner'): number {
  const place = known.indexOf(id);
  if (place >= 0) return place;
  throw new HubError('usage', `unknown_${what}`, `There is no ${what} "${id}".`, { nextStep: `${useOneOf(id, known.slice(0, 50))} hub forms list shows them.` });
}
