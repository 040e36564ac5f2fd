import type { PublicIds } from '../../orders/ids/ids.ts';
import type { Field } from '../fields/field.ts';
import type { RoutedForm } from '../routing/rule.ts';
import type { Target } from '../targets/target.ts';
import type { Entry } from './entries.ts';
import { notDeclared } from './faults.ts';
import type { ProblemLog } from './problems.ts';
import type { FormSpec } from './schema.ts';

/** A form of forms.yaml, ready for requests. */
export interface Form extends RoutedForm {
  /** `frm_…`, a keyed hash of the id. */
  readonly publicId: string;
  /** An id that the form had before and is still asked for by. */
  readonly formerPublicId: string | null;
  /** Public ids of what the form belongs to, for macros; null where it has none. */
  readonly publicParts: { readonly brand: string; readonly theme: string | null; readonly product: string | null };
  readonly methods: readonly ('post' | 'get')[];
  readonly origins: readonly string[];
  readonly honeypot: string | null;
  /** Null: a crawler is filtered if it gets, flagged if it posts. */
  readonly onCrawler: 'flag' | 'filter' | null;
  readonly partnerParam: string;
  readonly fields: ReadonlyMap<string, Field>;
  /** The name of its field of kind email. */
  readonly emailField: string;
  readonly default: Target;
  readonly invalid: Target | null;
}

/** What forms may name. */
export interface Declared {
  readonly brands: readonly string[];
  readonly themes: readonly string[];
  readonly products: readonly string[];
}

/** Compiles the forms, and reports what they name that is not declared, targets that lead astray and public ids that two would have. */
export function formsOf(entries: readonly Entry<FormSpec>[], declared: Declared, ids: PublicIds, log: ProblemLog): Form[] {
  const holders = new Map<string, string>();
  return entries.map(({ value: spec, place }) => {
    const path = ['forms', place];
    const known = { brand: declared.brands, theme: declared.themes, product: declared.products };
    for (const key of ['brand', 'theme', 'product'] as const) {
      const name = spec[key];
      if (name !== undefined && !known[key].includes(name)) log.add([...path, key], (isHinted) => notDeclared(name, known[key], key === 'brand' ? 'in hub.config.yaml' : `under ${key}s`, isHinted));
    }
    const form = formOf(spec, ids, {
      default: log.target([...path, 'default'], spec.default),
      invalid: spec.invalid === undefined ? null : log.target([...path, 'invalid'], spec.invalid, ['error_fields']),
    });
    for (const id of new Set([form.publicId, form.formerPublicId ?? form.publicId])) {
      const holder = holders.get(id);
      if (holder !== undefined) log.add([...path, 'public_id'], `is the public id of ${holder} too: ${id}`);
      holders.set(id, form.id);
    }
    return form;
  });
}

function formOf(spec: FormSpec, ids: PublicIds, targets: Pick<Form, 'default' | 'invalid'>): Form {
  const { id, brand, theme = null, product = null } = spec;
  return {
    ...{ id, brand, theme, product },
    publicId: ids('frm', id),
    formerPublicId: spec.public_id ?? null,
    publicParts: { brand: ids('brd', brand), theme: theme === null ? null : ids('thm', theme), product: product === null ? null : ids('prd', product) },
    methods: spec.methods,
    origins: spec.origins,
    honeypot: spec.honeypot ?? null,
    onCrawler: spec.on_crawler ?? null,
    partnerParam: spec.partner_param,
    fields: new Map(Object.entries(spec.fields)),
    emailField: Object.entries(spec.fields).find(([, { kind }]) => kind === 'email')?.[0] ?? '',
    ...targets,
  };
}
