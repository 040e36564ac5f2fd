import { countryCode } from '../../core/iso/countries.ts';
import { parseDecimal } from '../../core/decimal.ts';
import { toMinor } from '../../core/money.ts';
import { parseAudiences, type Problem } from './parse.ts';
import { platforms, type PlatformName } from '../platforms/index.ts';
import type { AudienceFile, Condition, Consent } from './schema.ts';

/** An audience as declared, checked whole: a person is in it if all its conditions hold. */
export interface Audience {
  readonly name: string;
  readonly description: string;
  readonly purpose: 'targeting' | 'exclusion' | 'lookalike';
  /** The brands whose records the conditions look at, and whose consent is needed. */
  readonly brands: readonly string[];
  readonly platforms: readonly PlatformName[];
  readonly consent: Readonly<Partial<Record<PlatformName, Consent>>>;
  readonly where: readonly Condition[];
}

/** What allows to give a person to who advertises. */
const ADVERTISING: readonly Consent[] = ['marketing', 'marketing_email', 'partner_sharing', 'ad_user_data', 'ad_personalization'];

type Declared = AudienceFile['audiences'][number];
interface Place {
  readonly condition: Condition;
  readonly path: readonly PropertyKey[];
}

/**
 * The audiences of a file.
 * @param brands the configured brands; an audience that names none is of all of them
 * @throws HubError configuration, naming file, line and key of every problem: unknown conditions, brands and audiences,
 *   audiences that refer to each other in a circle, a consent that the platform does not do with
 */
export function compileAudiences(file: string, text: string, brands: readonly string[]): Audience[] {
  const { spec, invalid } = parseAudiences(file, text);
  const declared = spec.audiences;
  const names = new Set(declared.map(({ name }) => name));
  const problems = declared.flatMap((audience, index) => problemsOf(audience, ['audiences', index], names, brands));
  declared.forEach(({ name }, index) => {
    if (declared.findIndex((other) => other.name === name) < index) problems.push({ path: ['audiences', index, 'name'], message: `"${name}" is declared twice` });
  });
  if (problems.length === 0) problems.push(...circles(declared));
  if (problems.length > 0) throw invalid(problems);
  return declared.map((audience) => {
    const named = audience.platforms as PlatformName[];
    return {
      name: audience.name,
      description: audience.description,
      purpose: audience.purpose,
      brands: audience.brands ?? brands,
      platforms: named,
      consent: Object.fromEntries(named.map((platform) => [platform, consentOf(audience, platform)])),
      where: audience.where,
    };
  });
}

function consentOf({ consent }: Declared, platform: PlatformName): Consent {
  return typeof consent === 'string' ? consent : (consent[platform] ?? 'marketing');
}

function problemsOf(audience: Declared, path: readonly PropertyKey[], names: ReadonlySet<string>, brands: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  (audience.brands ?? []).forEach((brand, index) => {
    if (!brands.includes(brand)) problems.push({ path: [...path, 'brands', index], message: `"${brand}" is none of ${brands.join(', ')}` });
  });
  for (const platform of audience.platforms as PlatformName[]) {
    if (platforms[platform].needs === 'marketing' && !ADVERTISING.includes(consentOf(audience, platform))) {
      problems.push({ path: [...path, 'consent'], message: `${platform} advertises to the persons it is given: it needs their consent to that, one of ${ADVERTISING.join(', ')}` });
    }
  }
  for (const place of placesOf(audience.where, [...path, 'where'])) problems.push(...problemsOfCondition(place, names));
  return problems;
}

function problemsOfCondition({ condition, path }: Place, names: ReadonlySet<string>): Problem[] {
  const problems: Problem[] = [];
  for (const key of ['in_audience', 'not_in_audience'] as const) {
    const other = condition[key];
    if (other !== undefined && !names.has(other)) problems.push({ path: [...path, key], message: `there is no audience "${other}"` });
  }
  const { spend, country } = condition;
  for (const key of ['at_least', 'at_most'] as const) {
    const amount = spend?.[key];
    if (amount !== undefined && spend !== undefined && minorAmount(amount, spend.currency) === undefined) {
      problems.push({ path: [...path, 'spend', key], message: `"${amount}" is no amount in ${spend.currency}` });
    }
  }
  (country ?? []).forEach((code, index) => {
    const known = countryCode(code);
    const advice = known === undefined ? '' : `: write ${known}`;
    if (known !== code) problems.push({ path: [...path, 'country', index], message: `"${code}" is no country of ISO 3166${advice}` });
  });
  return problems;
}

/** All conditions with their places, those inside `any` too. */
function placesOf(conditions: readonly Condition[], path: readonly PropertyKey[]): Place[] {
  return conditions.flatMap((condition, index) => [{ condition, path: [...path, index] }, ...placesOf(condition.any ?? [], [...path, index, 'any'])]);
}

/** The audiences that an audience refers to. */
function referencesOf(conditions: readonly Condition[]): string[] {
  return placesOf(conditions, []).flatMap(({ condition }) => [condition.in_audience, condition.not_in_audience].filter((name) => name !== undefined));
}

/** One problem for each circle, at the audience of it that is declared first. */
function circles(declared: readonly Declared[]): Problem[] {
  const references = new Map(declared.map(({ name, where }) => [name, referencesOf(where)]));
  const done = new Set<string>();
  const problems: Problem[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    const start = trail.indexOf(name);
    if (start >= 0) {
      const circle = trail.slice(start);
      const index = declared.findIndex((audience) => circle.includes(audience.name));
      problems.push({ path: ['audiences', index, 'where'], message: `refers to itself: ${[...circle, name].join(' → ')}` });
    } else if (!done.has(name)) {
      for (const other of references.get(name) ?? []) visit(other, [...trail, name]);
      done.add(name);
    }
  };
  for (const { name } of declared) visit(name, []);
  return problems;
}

/** An amount of the file, in major units, as an integer in minor units; undefined if it is none. */
export function minorAmount(amount: string, currency: string): number | undefined {
  const decimal = parseDecimal(amount);
  return decimal === undefined ? undefined : toMinor(decimal, currency);
}
