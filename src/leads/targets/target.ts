import { firstCodePoints } from '../../core/text/code-points.ts';

/** The macros of a target (serve specification, "Targets"); `error_fields` only where a lead is invalid, `next` only in a partner's `via`. */
const everywhere = ['lead_id', 'partner', 'theme', 'product', 'brand', 'click_id', 'sub1', 'sub2', 'sub3', 'sub4', 'sub5'] as const;
export type TargetMacro = (typeof everywhere)[number] | 'error_fields' | 'next';

/** A URL with macros, taken apart: texts and macros in turn, a text first and last. */
export interface Target {
  readonly template: string;
  readonly texts: readonly string[];
  readonly macros: readonly TargetMacro[];
}

/** What stands for the macros; what is missing is empty. */
export type MacroValues = Readonly<Partial<Record<TargetMacro, string | null>>>;

const MACRO = /\{([^{}]*)\}/g;
/** Scheme, host and port as every browser reads them alike, before a path, a query, a fragment or the end. */
const ORIGIN = /^https:\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?)(?=[/?#]|$)/i;
const MOST_CHARACTERS = 200;

/**
 * Takes the template of a target apart.
 * @param hosts where targets may lead, in lower case, with a port if it is not that of https
 * @param more macros that this target may have besides those of all
 * @returns what is wrong with it, as the rest of a sentence
 */
export function compileTarget(template: string, hosts: ReadonlySet<string>, more: readonly TargetMacro[] = []): Target | { readonly problem: string } {
  const known: readonly string[] = [...everywhere, ...more];
  const origin = /^[^/?#]*\/\/[^/?#]*/.exec(template)?.[0] ?? template;
  if (origin.includes('{')) return { problem: 'has a macro in its scheme or host; macros stand in the path, the query and the fragment only' };
  const host = ORIGIN.exec(template)?.[1]?.toLowerCase();
  if (host === undefined) return { problem: 'must begin with https:// and a host, without a user' };
  if (!hosts.has(host)) return { problem: `leads to ${host}, which serve.redirect_hosts of the configuration does not name` };
  const macros = [...template.matchAll(MACRO)].map((match) => match[1] ?? '');
  const unknown = macros.find((name) => !known.includes(name));
  if (unknown !== undefined) return { problem: `{${unknown}} is no macro here; use one of ${known.map((name) => `{${name}}`).join(' ')}` };
  if (/[{}]/.test(template.replace(MACRO, ''))) return { problem: 'has a brace without its partner' };
  if (!/^[!-~]+$/.test(template) || /["<>\\^`|]/.test(template)) return { problem: 'has a blank or a sign that must be percent-encoded in a URL' };
  return { template, texts: template.split(MACRO).filter((_, index) => index % 2 === 0), macros: macros as TargetMacro[] };
}

/**
 * The URL of a target: values percent-encoded, of each at most 200 characters (`next` whole). A value of dots only is left
 * out, as it would lead to another path.
 */
export function renderTarget({ texts, macros }: Target, values: MacroValues): string {
  let url = texts[0] ?? '';
  macros.forEach((macro, index) => (url += encoded(macro, values[macro] ?? '') + (texts[index + 1] ?? '')));
  return url;
}

function encoded(macro: TargetMacro, value: string): string {
  const text = macro === 'next' ? value : firstCodePoints(value, MOST_CHARACTERS);
  return /^\.+$/.test(text) ? '' : encodeURIComponent(text.toWellFormed());
}
