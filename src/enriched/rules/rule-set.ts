import { fold, foldWithPositions } from '../../core/text/text.ts';
import type { Condition, Structure } from './conditions.ts';
import type { FactContract } from './facts.ts';
import { Memo } from './memo.ts';
import type { Rule } from './rule.ts';

/** What decided a fact: small, and as it is stored in the `evidence` column. */
export interface Evidence {
  /** The id of the rule; null if none matched. */
  readonly rule: string | null;
  /** The part of the text that the rule matched, as written; absent where structure alone decided. */
  readonly matched?: string;
}

/** A value with what decided it. */
export interface Classified<Value extends string = string> {
  readonly value: Value;
  readonly evidence: Evidence;
}

/** A rule that matches a text, with the place. */
export interface Match {
  readonly rule: string;
  readonly type: string;
  readonly brand: string | null;
  readonly matched: string;
  /** The index of the match in the text as written; null where structure alone decided. */
  readonly position: number | null;
}

interface Hit {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
}

/** The parts of a structure that an answer depends on, for remembering answers. */
interface Asked {
  /** Words and flags, compared as they are. */
  readonly fields: readonly string[];
  /** Amounts, of which only what the conditions say about them matters. */
  readonly conditions: readonly Condition[];
}

/** The rules of a brand in their order, with what was answered before. */
interface Layer {
  readonly rules: readonly Rule[];
  readonly asked: Asked;
  readonly memo: Memo<Classified>;
}

const CACHE_SIZE = 20_000;
/** Longer texts are notes that do not repeat; keeping them would cost memory and save nothing. */
const MAX_KEPT_TEXT = 200;
const MAX_MATCHED = 80;
const NO_STRUCTURE: Structure = {};

/** The compiled rules of one fact. Pure: the same text, structure and brand always give the same answer. */
export class RuleSet<Value extends string = string> {
  /** Checksum over the parsed rules of this fact, without their examples: changes exactly if an answer can. */
  readonly version: string;
  readonly rules: readonly Rule[];
  readonly #contract: FactContract;
  /** Brands without rules of their own share the common layer, and so its answers. */
  readonly #common: Layer;
  readonly #byBrand = new Map<string, Layer>();

  constructor(contract: FactContract, rules: readonly Rule[], version: string) {
    this.#contract = contract;
    this.rules = rules;
    this.version = version;
    this.#common = layerOf(rules.filter((rule) => rule.brand === null));
    for (const brand of new Set(rules.map((rule) => rule.brand))) {
      if (brand === null) continue;
      this.#byBrand.set(brand, layerOf(rules.filter((rule) => rule.brand === brand || rule.brand === null)));
    }
  }

  /** The value of a text. Texts repeat, so answers are kept, bounded, by brand, text and what the rules ask for. */
  classify(text: string, structure: Structure = NO_STRUCTURE, brand = ''): Classified<Value> {
    const { rules, asked, memo } = this.#layerOf(brand);
    if (text.length > MAX_KEPT_TEXT) return this.#decide(rules, text, structure);
    const key = keyOf(asked, text, structure);
    const known = memo.get(key);
    if (known !== undefined) return known as Classified<Value>;
    const answer = this.#decide(rules, text, structure);
    memo.set(key, answer);
    return answer;
  }

  /** All rules that match, the winner first, then those it beat in their order. */
  matches(text: string, structure: Structure = NO_STRUCTURE, brand = ''): Match[] {
    return this.#hits(this.#layerOf(brand).rules, text, structure).map((hit) => matchOf(hit, text));
  }

  #decide(rules: readonly Rule[], text: string, structure: Structure): Classified<Value> {
    const [winner] = this.#hits(rules, text, structure, this.#contract.decide === 'first_rule');
    if (winner === undefined) return { value: this.#contract.fallback as Value, evidence: { rule: null } };
    const { matched } = matchOf(winner, text);
    const evidence = matched === '' ? { rule: winner.rule.id } : { rule: winner.rule.id, matched };
    return { value: winner.rule.type as Value, evidence };
  }

  #hits(rules: readonly Rule[], text: string, structure: Structure, firstOnly = false): Hit[] {
    const folded = fold(text);
    const hits: Hit[] = [];
    for (const rule of rules) {
      if (!rule.conditions.every((condition) => condition.holds(structure))) continue;
      const span = rule.find(folded);
      if (span === undefined) continue;
      hits.push({ rule, ...span });
      if (firstOnly) break;
    }
    return this.#contract.decide === 'first_written' ? hits.sort(byPlaceInText) : hits;
  }

  #layerOf(brand: string): Layer {
    return this.#byBrand.get(brand) ?? this.#common;
  }
}

function layerOf(rules: readonly Rule[]): Layer {
  return { rules, asked: askedBy(rules), memo: new Memo(CACHE_SIZE) };
}

function matchOf({ rule, start, end }: Hit, text: string): Match {
  const { id, type, brand } = rule;
  if (start === end) return { rule: id, type, brand, matched: '', position: null };
  const { starts } = foldWithPositions(text);
  const position = starts[start] ?? 0;
  const matched = text.slice(position, starts[end] ?? text.length).trimEnd();
  return { rule: id, type, brand, matched: matched.slice(0, MAX_MATCHED), position };
}

function askedBy(rules: readonly Rule[]): Asked {
  const conditions = rules.flatMap((rule) => rule.conditions);
  const fields = conditions.filter(({ kind }) => kind !== 'number').map(({ field }) => field);
  return { fields: [...new Set(fields)], conditions: conditions.filter(({ kind }) => kind === 'number') };
}

function keyOf({ fields, conditions }: Asked, text: string, structure: Structure): string {
  let key = text;
  for (const field of fields) key += `\n${structure[field] ?? ''}`;
  if (conditions.length === 0) return key;
  key += '\n';
  for (const { holds } of conditions) key += holds(structure) ? '1' : '0';
  return key;
}

/** A brand's own rules win over common ones wherever they stand; else what is written first wins. */
function byPlaceInText(a: Hit, b: Hit): number {
  const layer = Number(a.rule.brand === null) - Number(b.rule.brand === null);
  return layer || a.start - b.start || a.rule.order - b.rule.order;
}
