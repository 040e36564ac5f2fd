import { z } from 'zod';

import { HubError } from '../../core/errors.ts';
import { useOneOf } from '../../core/text/nearest.ts';
import type { Structure } from './conditions.ts';
import type { Fact } from './facts.ts';
import { contractOf, FACTS, isFact } from './facts.ts';

/** A text whose value is asked for, with the structured fields beside it. */
export interface Question {
  readonly fact: Fact;
  readonly text: string;
  readonly brand: string;
  readonly structure: Structure;
}

/** What a question takes over where it does not say it itself. */
export interface QuestionDefaults {
  readonly fact: Fact | undefined;
  readonly brand: string;
  readonly structure: Structure;
}

type Scalar = string | number | boolean;
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const line = z.looseObject({
  text: z.string().default(''),
  fact: z.string().optional(),
  brand: z.string().optional(),
  structure: z.record(z.string(), scalar).optional(),
});

/**
 * The fact of a name.
 *
 * @throws HubError usage/unknown_fact, naming all facts
 */
export function factNamed(name: string): Fact {
  if (isFact(name)) return name;
  throw new HubError('usage', 'unknown_fact', `There is no fact "${name}".`, {
    nextStep: useOneOf(name, Object.keys(FACTS)),
  });
}

/**
 * The structured fields of `key=value` pairs: `amount=990`, `charge_type=Recurring`, `is_winback=true`.
 *
 * @throws HubError usage/invalid_condition if the fact has no such field, or the value is not of its kind
 */
export function structureOf(fact: Fact, pairs: readonly string[]): Structure {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      const key = at < 0 ? pair : pair.slice(0, at);
      return [key, valueOf(fact, key, at < 0 ? '' : pair.slice(at + 1))];
    }),
  );
}

/**
 * A line of NDJSON as a question: `{"text": …, "fact": …, "brand": …, "structure": {…}}`. The structured fields may also
 * stand beside the text; other keys there say nothing to the rules and are left alone.
 *
 * @throws HubError usage/invalid_question, naming the line
 */
export function questionOf(json: string, lineNumber: number, defaults: QuestionDefaults): Question {
  const parsed = line.safeParse(parseJson(json));
  if (!parsed.success) throw unreadableLine(lineNumber, 'it is no JSON object with a text');
  const { text, fact: name, brand = defaults.brand, structure = {}, ...beside } = parsed.data;
  const fact = name === undefined ? defaults.fact : factNamed(name);
  if (fact === undefined) throw unreadableLine(lineNumber, 'it names no fact, and none is given as an argument');
  const conditions = contractOf(fact).conditions;
  const flat = Object.entries(beside).filter(([key]) => Object.hasOwn(conditions, key));
  const fields = [...flat, ...Object.entries(structure)].filter((entry): entry is [string, Scalar] => entry[1] !== null);
  const own = Object.fromEntries(fields.map(([key, value]) => [key, valueOf(fact, key, String(value))]));
  return { fact, text, brand, structure: { ...defaults.structure, ...own } };
}

function valueOf(fact: Fact, key: string, text: string): Scalar {
  const { conditions } = contractOf(fact);
  const kind = Object.hasOwn(conditions, key) ? conditions[key] : undefined;
  const names = Object.keys(conditions);
  if (kind === undefined) {
    throw invalidCondition(`${fact} does not depend on "${key}".`, names.length > 0 ? `It depends on: ${names.join(', ')}.` : 'It depends on the text alone.');
  }
  if (kind === 'word' && text !== '') return text;
  if (kind === 'flag' && (text === 'true' || text === 'false')) return text === 'true';
  if (kind === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  const form = { word: 'a word', flag: 'true or false', number: 'a number; amounts are in cents' }[kind];
  throw invalidCondition(`"${text}" is no value of ${key}.`, `Give ${key}=… with ${form}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalidCondition(message: string, nextStep: string): HubError {
  return new HubError('usage', 'invalid_condition', message, { nextStep });
}

/** The error for a line of questions that cannot be read. */
export function unreadableLine(lineNumber: number, why: string): HubError {
  return new HubError('usage', 'invalid_question', `Line ${lineNumber} of the input cannot be explained: ${why}.`, {
    context: { line: lineNumber },
    nextStep: 'Give a JSON object a line: {"fact": "charge_category", "text": "Shipping", "structure": {"amount": 490}}',
  });
}
