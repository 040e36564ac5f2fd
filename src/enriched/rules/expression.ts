import { fold, TOKEN_CHARACTER } from '../../core/text/text.ts';
import type { SearchSpec } from './schema.ts';

/** A part of a folded text, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Lists = Readonly<Record<string, readonly string[]>>;

const NOT_AFTER_TOKEN = `(?<!${TOKEN_CHARACTER})`;
const NOT_BEFORE_TOKEN = `(?!${TOKEN_CHARACTER})`;
const GAP = '\\.?[\\s_-]+';
const NUMBER_SIGN = '[\\s_.#(\\[-]*(?:(?:nr|no|num|number|nummer|numero|n)\\b[.°]?\\s?|n°\\s?)?';
const LIST = /\{([a-z][a-z_0-9]*)\}/g;
/** A list is made a source once, however many rules name it. */
const listSources = new WeakMap<readonly string[], string>();
const UMLAUTS: Readonly<Record<string, string>> = { ä: '(?:a|ae)', ö: '(?:o|oe)', ü: '(?:u|ue)' };

/**
 * One regular expression, over folded text, for everything that a search names; undefined if it names nothing.
 *
 * - `words`: phrases on token boundaries. A space or hyphen stands for any run of spaces, hyphens and underscores, and a dot before it,
 *   `*` for any letters or digits or none, `#` for a number, `~` for nothing or a number sign (`#`, `no.`, `nr`, a
 *   space or hyphen), `{name}` for any entry of a list of the file. `ü` also matches `ue`.
 * - `patterns`: regular expressions in lower case, on token boundaries too; `{name}` as above.
 * - `names`: the whole text is this name; two words match in either order.
 * - `domains`: the domain of an e-mail address, with its subdomains; `*` stands for one or more labels.
 * - `mailbox_words`: like words, in the part of an e-mail address before the `@`.
 * - `mailboxes`: like words, and the whole of that part.
 *
 * @throws Error with a plain message if a pattern is no regular expression or a list does not exist
 */
export function compileSearch(search: SearchSpec, lists: Lists): RegExp | undefined {
  const sources = [
    ...bounded(search.words?.map((word) => wordSource(word, lists)) ?? []),
    ...bounded(search.patterns?.map((pattern) => patternSource(pattern, lists)) ?? []),
    ...(search.names ?? []).map(nameSource),
    ...(search.domains ?? []).map(domainSource),
    ...bounded(search.mailbox_words?.map((word) => wordSource(word, lists)) ?? []).map((source) => `${source}(?=.*@)`),
    ...(search.mailboxes ?? []).map((word) => `^${wordSource(word, lists)}(?=@)`),
  ];
  return sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'gu');
}

/**
 * The first span of the text that an expression matches outside every span of `except`.
 * Words that mean something else in an expression (`Santa Fe`) do not count there, and count elsewhere.
 */
export function findFirst(expression: RegExp, except: RegExp | undefined, folded: string): Span | undefined {
  expression.lastIndex = 0;
  let excluded: readonly Span[] | undefined;
  for (let match = expression.exec(folded); match !== null; match = expression.exec(folded)) {
    const span = { start: match.index, end: match.index + match[0].length };
    if (except === undefined) return span;
    excluded ??= spansOf(except, folded);
    if (!excluded.some((other) => other.start < span.end && span.start < other.end)) return span;
    expression.lastIndex = span.start + 1;
  }
  return undefined;
}

function spansOf(expression: RegExp, folded: string): Span[] {
  return [...folded.matchAll(expression)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

/** Longer alternatives come first, so that the matched text is the whole phrase. */
function bounded(sources: readonly string[]): string[] {
  if (sources.length === 0) return [];
  const longestFirst = [...sources].sort((a, b) => b.length - a.length);
  return [`${NOT_AFTER_TOKEN}(?:${longestFirst.join('|')})${NOT_BEFORE_TOKEN}`];
}

function wordSource(word: string, lists: Lists): string {
  let source = '';
  for (const part of word.normalize('NFC').trim().split(/(\{[a-z][a-z_0-9]*\}|[\s-]+|[*#~])/)) source += wordPart(part, lists);
  return source;
}

function wordPart(part: string, lists: Lists): string {
  if (part === '') return '';
  if (part === '*') return `${TOKEN_CHARACTER}*`;
  if (part === '#') return '\\p{N}+';
  if (part === '~') return NUMBER_SIGN;
  if (/^[\s-]+$/.test(part)) return GAP;
  if (part.startsWith('{')) return listSource(part.slice(1, -1), lists);
  return part.toLowerCase().replace(/[^a-z0-9]/gu, (character) => UMLAUTS[character] ?? escape(fold(character)));
}

function patternSource(pattern: string, lists: Lists): string {
  const source = pattern.replace(LIST, (_, name: string) => listSource(name, lists));
  try {
    new RegExp(source, 'u');
  } catch {
    throw new Error(`"${pattern}" is no regular expression`);
  }
  return `(?:${source})`;
}

function listSource(name: string, lists: Lists): string {
  if (!Object.hasOwn(lists, name)) throw new Error(`there is no list named "${name}" in this file`);
  const entries = lists[name] ?? [];
  const known = listSources.get(entries) ?? `(?:${entries.map((entry) => wordSource(entry, {})).join('|')})`;
  listSources.set(entries, known);
  return known;
}

function nameSource(name: string): string {
  const parts = fold(name).split(' ').map(escape);
  const orders = parts.length === 2 ? [parts, [...parts].reverse()] : [parts];
  const edge = '[^\\p{L}\\p{N}]*';
  return `^${edge}(?:${orders.map((order) => order.join('[\\s,._-]+')).join('|')})${edge}$`;
}

function domainSource(domain: string): string {
  const labels = fold(domain).split('*').map(escape).join('[^@]+');
  return `(?<=@(?:[^@]*\\.)?)${labels}$`;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
