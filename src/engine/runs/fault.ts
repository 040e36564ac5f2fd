import { HubError, messageOf } from '../../core/errors.ts';
import { scrub, scrubForeign } from '../../core/text/scrub.ts';

/** Why somebody could not be decided, without any value of the facts: it may be stored, logged and reported. */
export interface Fault {
  readonly reason: string;
  /** Where in the program, the innermost first. */
  readonly at: readonly string[];
}

/** What a pure decision came to. */
export type Attempt<Decided> = { readonly decided: Decided } | { readonly fault: Fault };

const WORD = /[\p{L}\p{N}_.@+-]+/gu;

/**
 * Runs the pure decision about one person. Whatever it throws concerns these facts alone, be they contradictory or the
 * program wrong about them: the others are decided all the same (billing, "Subscription versions and chains").
 *
 * @param facts what is decided about; no word of them is left in the reason
 * @throws HubError what concerns everybody: usage, configuration, an interruption, a database that is out of reach
 */
export function attempt<Decided>(decide: () => Decided, facts: unknown): Attempt<Decided> {
  try {
    return { decided: decide() };
  } catch (error) {
    if (error instanceof HubError && error.kind !== 'unexpected' && error.kind !== 'refused') throw error;
    return { fault: { reason: reasonOf(error, facts), at: framesOf(error) } };
  }
}

/** Libraries and the engine itself put values into their messages; hub's own name places. */
function reasonOf(error: unknown, facts: unknown): string {
  if (error instanceof HubError) return `${error.code}: ${scrub(error.message)}`;
  const known = wordsOf(facts);
  const message = scrubForeign(messageOf(error)).replace(WORD, (word) => (known.has(word.toLowerCase()) ? '<text>' : word));
  return `${nameOf(error)}: ${message}`;
}

function nameOf(error: unknown): string {
  const { name } = Object(error) as { name?: unknown };
  return typeof name === 'string' ? name : typeof error;
}

/** Every word of every text in the facts, in lower case. */
function wordsOf(facts: unknown): Set<string> {
  const words = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string') for (const [word] of value.matchAll(WORD)) words.add(word.toLowerCase());
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  collect(facts);
  return words;
}

function framesOf(error: unknown): string[] {
  const { stack } = Object(error) as { stack?: unknown };
  return typeof stack === 'string' ? stack.split('\n').flatMap((line) => (/^\s+at /.test(line) ? [line.trim()] : [])) : [];
}
