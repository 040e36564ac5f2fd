/** The macros of a URL template (relays.md); their values are fields of the payload with the same name. */
export const macroNames = ['click_id', 'payout', 'currency', 'order_id', 'sub1', 'sub2', 'sub3', 'sub4', 'sub5'] as const;
export type MacroName = (typeof macroNames)[number];

const MACRO = /\{([^{}]*)\}/g;

/** What is wrong with a template; undefined if nothing is. A macro in the host would let data choose who is called. */
export function templateProblem(template: string): string | undefined {
  const unknown = [...template.matchAll(MACRO)].map((match) => match[1] ?? '').find((name) => !isMacro(name));
  if (unknown !== undefined) return `{${unknown}} is no macro; use one of ${macroNames.map((name) => `{${name}}`).join(' ')}`;
  if (/[{}]/.test(template.replace(MACRO, ''))) return 'has a brace without its partner';
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(template)?.[0] ?? '';
  return origin.includes('{') ? 'has a macro in its host; macros stand in the path and the query only' : undefined;
}

/** The macros that the template uses. */
export function macrosOf(template: string): MacroName[] {
  return [...new Set([...template.matchAll(MACRO)].map((match) => match[1] ?? '').filter(isMacro))];
}

/** A template with its values, or why there is none. */
export type Rendered = { readonly url: string } | { readonly problem: string };

/**
 * Puts the payload's values into the template, URL-encoded. A missing one is empty; a required one must be there.
 * @param payload the parsed payload; only texts and numbers can be values
 */
export function renderTemplate(template: string, required: readonly MacroName[], payload: unknown): Rendered {
  const values = new Map<string, string>();
  for (const name of new Set([...macrosOf(template), ...required])) {
    const value = fieldOf(payload, name);
    if (value !== undefined && value !== null && typeof value !== 'string' && typeof value !== 'number') {
      return { problem: `${name} is neither text nor a number` };
    }
    const text = value === undefined || value === null ? '' : String(value);
    if (text === '' && required.includes(name)) return { problem: `${name} is required but missing` };
    values.set(name, encodeURIComponent(text.toWellFormed()));
  }
  return { url: template.replace(MACRO, (_, name: string) => values.get(name) ?? '') };
}

function isMacro(name: string): name is MacroName {
  return (macroNames as readonly string[]).includes(name);
}

function fieldOf(payload: unknown, name: string): unknown {
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, name)) return undefined;
  return (payload as Record<string, unknown>)[name];
}
