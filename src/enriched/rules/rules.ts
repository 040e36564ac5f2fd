import { messageOf } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import type { Fact, ValueOf } from './facts.ts';
import { contractOf, FACTS, isFact } from './facts.ts';
import type { ParsedFile, RuleProblem, RuleSource } from './parse.ts';
import { parseFile, rulesInvalid } from './parse.ts';
import type { Rule } from './rule.ts';
import { compileRule } from './rule.ts';
import { RuleSet } from './rule-set.ts';
import type { ChainThresholds, RuleFile, RuleSpec } from './schema.ts';
import { chainFileSchema, ruleFileSchema } from './schema.ts';

const CHAIN_FILE = /(?:^|[\\/])chains\.yaml$/;

/** The rules of every fact, checked and compiled. */
export interface Rules {
  /** Checksum over all parsed rules, without comments and examples. `RuleSet.version` is the same for one fact. */
  readonly version: string;
  of<Name extends Fact>(fact: Name): RuleSet<ValueOf<Name>>;
  /** The thresholds of chains.yaml. */
  readonly chains: ChainThresholds;
}

/**
 * Compiles the files of `config/rules`, one a fact and chains.yaml, in any order.
 *
 * @param brands the configured brands: an override for any other is a mistake. Without it, none is checked.
 * @throws HubError configuration/rules_invalid, which names the file and line of every problem of the first file
 *   that has any, or says which fact has no file or two
 */
export function compileRules(sources: readonly RuleSource[], brands?: readonly string[]): Rules {
  const sets = new Map<Fact, RuleSet>();
  let chains: ChainThresholds | undefined;
  for (const source of [...sources].sort((a, b) => (a.file < b.file ? -1 : 1))) {
    if (CHAIN_FILE.test(source.file)) {
      chains = parseFile(source, chainFileSchema).spec.relations;
      continue;
    }
    const parsed = parseFile(source, ruleFileSchema);
    const { fact } = parsed.spec;
    if (!isFact(fact)) throw problemAt(parsed, ['fact'], `fact: "${fact}" is none of ${Object.keys(FACTS).join(', ')}`);
    if (sets.has(fact)) throw problemAt(parsed, ['fact'], `fact: another file already holds the rules of ${fact}`);
    sets.set(fact, compileFile(parsed, fact, brands));
  }
  const missing = [...Object.keys(FACTS).filter((fact) => !sets.has(fact as Fact)), ...(chains ? [] : ['chains'])];
  if (chains === undefined || missing.length > 0) {
    throw rulesInvalid([{ file: 'config/rules', line: 1, message: `no file holds the rules of ${missing.join(', ')}` }]);
  }
  const versions = [...sets].map(([fact, set]) => `${fact} ${set.version}`).sort();
  return {
    version: sha256Hex(JSON.stringify([versions, chains])),
    of: <Name extends Fact>(fact: Name) => sets.get(fact) as RuleSet<ValueOf<Name>>,
    chains,
  };
}

function compileFile(parsed: ParsedFile<RuleFile>, fact: Fact, brands: readonly string[] | undefined): RuleSet {
  const { spec, file, lineOf } = parsed;
  const contract = contractOf(fact);
  const problems = unknownBrands(parsed, brands);
  const rules: Rule[] = [];
  const seen = new Set<string>();
  for (const { rule, brand, path } of inOrder(parsed)) {
    const line = lineOf(path);
    try {
      if (seen.has(rule.id)) throw new Error('this id is used twice');
      seen.add(rule.id);
      rules.push(compileRule(rule, contract, spec.lists ?? {}, { brand, order: rules.length, file, line }));
    } catch (error) {
      problems.push({ file, line, message: `${rule.id}: ${messageOf(error)}` });
    }
  }
  if (problems.length > 0) throw rulesInvalid(problems);
  return new RuleSet(contract, rules, versionOf(parsed));
}

/** The rules of a file as they are tried: those of brands first, then the common ones. */
function inOrder({ spec }: ParsedFile<RuleFile>): { rule: RuleSpec; brand: string | null; path: PropertyKey[] }[] {
  const own = Object.entries(spec.brands ?? {}).flatMap(([brand, rules]) =>
    rules.map((rule, index) => ({ rule, brand, path: ['brands', brand, index] })),
  );
  return [...own, ...spec.rules.map((rule, index) => ({ rule, brand: null, path: ['rules', index] }))];
}

function unknownBrands({ spec, file, lineOf }: ParsedFile<RuleFile>, brands: readonly string[] | undefined): RuleProblem[] {
  const unknown = Object.keys(spec.brands ?? {}).filter((brand) => brands?.includes(brand) === false);
  return unknown.map((brand) => ({
    file,
    line: lineOf(['brands', brand]),
    message: `brands: "${brand}" is no configured brand`,
  }));
}

/** Examples and comments change no answer, so they are not part of the version. */
function versionOf({ spec }: ParsedFile<RuleFile>): string {
  const answers = (rules: readonly RuleSpec[]): unknown[] => rules.map((rule) => ({ ...rule, examples: undefined }));
  const brands = Object.entries(spec.brands ?? {}).map(([brand, rules]) => [brand, answers(rules)]);
  return sha256Hex(JSON.stringify([spec.fact, spec.lists ?? {}, brands, answers(spec.rules)]));
}

function problemAt({ file, lineOf }: ParsedFile<RuleFile>, path: PropertyKey[], message: string): Error {
  return rulesInvalid([{ file, line: lineOf(path), message }]);
}
