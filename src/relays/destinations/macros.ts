import { isExact, membersOf } from '../../core/text/json-text.ts';

/** The macros of a URL template (relays.md); their values are fields of the payload with the same name. */
export const macroNames = ['click_id', 'payout', 'currency', 'order_id', 'sub1', 'sub2', 'sub3', 'sub4', 'sub5'] as const;
export type MacroName = (typeof macroNames)[number];

const MACRO = /\{([^{}]*)\}/g;
const VARIABLE = /\$\{([A-Z][A-Z0-9_]*)\}/g;
/** What browsers and servers take for `.` and `..` in a path (WHATWG URL, "dot path segments"). */
const DOTS = /^(\.|%2e){1,2}$/i;

/**
 * What is wrong with a template; undefined if nothing is. A macro in the host would let data choose who is called. Of
 * the query a receiver sees what stands behind the first `?`, to the `#`: what was pasted behind either gets lost.
 */
export function templateProblem(template: string): string | undefined {
  const unknown = [...template.matchAll(MACRO)].map((match) => match[1] ?? '').find((name) => !isMacro(name));
  if (unknown !== undefined) return `{${unknown}} is no macro; use one of ${macroNames.map((name) => `{${name}}`).join(' ')}`;
  if (/[{}]/.test(template.replace(MACRO, ''))) return 'has a brace without its partner';
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(template)?.[0] ?? '';
  if (origin.includes('{')) return 'has a macro in its host; macros stand in the path and the query only';
  if (template.includes('#')) return 'has a fragment, which is never sent; remove what begins with #, or write %23';
  if (/&amp;/i.test(template)) return 'has &amp; in it, as copied from a page; write & alone';
  if (template.indexOf('?') !== template.lastIndexOf('?')) return 'has a second "?"; join the parts of a query with &, or write %3F';
  return undefined;
}

/**
 * Fills the variables of a template. Where the value of one brings a query of its own (`https://n.example/?nid=1`), the
 * `?` that follows it goes on with that query.
 */
export function fillTemplate(template: string, valueOf: (name: string) => string): string {
  let url = '';
  let from = 0;
  for (const match of template.matchAll(VARIABLE)) {
    url = joined(url, template.slice(from, match.index)) + valueOf(match[1] ?? '');
    from = match.index + match[0].length;
  }
  return joined(url, template.slice(from));
}

function joined(url: string, rest: string): string {
  if (!url.includes('?') || !rest.startsWith('?')) return url + rest;
  return url + (/[?&]$/.test(url) ? '' : '&') + rest.slice(1);
}

/** The macros that the template uses. */
export function macrosOf(template: string): MacroName[] {
  return [...new Set([...template.matchAll(MACRO)].map((match) => match[1] ?? '').filter(isMacro))];
}

/** A template with its values, or why there is none. */
export type Rendered = { readonly url: string } | { readonly problem: string };

/**
 * Puts the payload's values into the template, URL-encoded; numbers with the digits that they are written with. A
 * missing one is empty; a required one must be there. No value may make a part of the path `.` or `..`: that would call
 * another path.
 * @param payload a JSON object; only its texts and numbers can be values
 */
export function renderTemplate(template: string, required: readonly MacroName[], payload: string): Rendered {
  const members = membersOf(payload);
  if (members === undefined) return { problem: 'the payload is no JSON object' };
  const values = new Map<string, string>();
  for (const name of new Set([...macrosOf(template), ...required])) {
    const value = textOf(members.get(name) ?? 'null');
    if (value === undefined) return { problem: `${name} is neither text nor a number` };
    if (value === '' && required.includes(name)) return { problem: `${name} is required but missing` };
    values.set(name, encodeURIComponent(value.toWellFormed()));
  }
  const filled = (part: string): string => part.replace(MACRO, (_, name: string) => values.get(name) ?? '');
  const dots = pathOf(template).split('/').find((part) => part.includes('{') && DOTS.test(filled(part)));
  if (dots !== undefined) return { problem: `${macrosOf(dots).join(' and ')} would make a part of the path . or .., which calls another path` };
  return { url: filled(template) };
}

/** The text that stands for a value of JSON; undefined if it is neither text nor number nor null. */
function textOf(value: string): string | undefined {
  if (value === 'null') return '';
  if (value.startsWith('"')) return JSON.parse(value) as string;
  if (!/^[-\d]/.test(value)) return undefined;
  return /e/i.test(value) && isExact(value) ? String(Number(value)) : value;
}

function pathOf(template: string): string {
  return template.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/\?.*$/s, '');
}

function isMacro(name: string): name is MacroName {
  return (macroNames as readonly string[]).includes(name);
}
