import { problem, type Problem } from '../core/problem.ts';
import type { LocalDate } from '../core/time.ts';
import type { Audience } from './declare/audience.ts';
import { isTooSmall, type Refusal } from './guard.ts';
import { platforms } from './platforms/index.ts';
import type { Snapshot } from './deliver/snapshots.repository.ts';
import type { Target } from './deliver/target.ts';

/** A target with the reason why it is not delivered, if there is one. */
export interface TargetResult {
  readonly target: Target;
  readonly refused: Refusal | undefined;
}

/** What the report is made of beside the results. */
export interface Surroundings {
  readonly location: string;
  /** Snapshots whose files never came out. */
  readonly lost: readonly Snapshot[];
  readonly asOf: LocalDate;
  readonly enrichedAsOf: readonly LocalDate[];
  readonly hasSubscribers: boolean;
  readonly delivered: readonly { readonly audience: string; readonly platform: string; readonly date: LocalDate; readonly members: number }[];
  readonly declared: readonly Audience[];
}

/** What somebody should know of the lists of a run: those that were not delivered first. */
export function problemsOf(results: readonly TargetResult[], around: Surroundings): Problem[] {
  return [...refused(results), ...tooSmall(results), ...stale(around), ...nobodyAgreed(results, around), ...lost(around), ...undeclared(around)];
}

/** More lists than these are counted in a sentence; the table marks each of them. */
const MOST_NAMED = 4;

/** One for each reason, with the lists that it keeps back. */
function refused(results: readonly TargetResult[]): Problem[] {
  const lists = new Map<string, { readonly why: Refusal; readonly names: string[] }>();
  for (const { target, refused: why } of results) {
    if (why === undefined) continue;
    const key = `${why.reason}\t${why.advice}`;
    const same = lists.get(key) ?? { why, names: [] };
    same.names.push(`${target.audience.name} on ${target.platformName}`);
    lists.set(key, same);
  }
  return [...lists.values()].map(({ why: { code, reason, advice }, names }) => {
    const which = names.length > MOST_NAMED ? `${names.length} lists` : names.join(', ');
    return problem(code, `${which} ${names.length === 1 ? 'was' : 'were'} not delivered: ${reason}. ${advice}`, { next: advice });
  });
}

/** One for each platform with lists that it will not use. */
function tooSmall(results: readonly TargetResult[]): Problem[] {
  return Object.values(platforms).flatMap((platform) => {
    const small = results.filter(({ target, refused: why }) => target.platform === platform && why === undefined && isTooSmall(platform, target.counts.members));
    const lists = small.map(({ target }) => `${target.audience.name} (${target.counts.members})`);
    return lists.length === 0 ? [] : [problem('list_too_small', `Too few persons for ${platform.name}, which needs ${platform.minimumSize}: ${lists.join(', ')}.`)];
  });
}

function stale({ enrichedAsOf, asOf }: Surroundings): Problem[] {
  const dates = enrichedAsOf.filter((date) => date !== asOf);
  if (dates.length === 0) return [];
  const message = `The records are enriched as of ${dates.join(', ')}, the audiences are as of ${asOf}: run hub enrich for the same date first.`;
  return [problem('records_of_another_date', message, { next: `hub enrich --as-of ${asOf}, then this command again` })];
}

function nobodyAgreed(results: readonly TargetResult[], { hasSubscribers }: Surroundings): Problem[] {
  const withoutConsent = results.some(({ target }) => (target.counts.left_out.no_consent ?? 0) > 0);
  if (hasSubscribers || !withoutConsent) return [];
  const message = 'No subscriber of the e-mail tool is known, so nobody has agreed to marketing: run hub import-email and hub enrich first.';
  return [problem('no_subscribers', message, { next: 'hub import-email, then hub enrich' })];
}

function lost({ lost: snapshots, location: here }: Surroundings): Problem[] {
  return snapshots.map(({ audience, platform, date, location }) => {
    const message = `The files of ${audience} on ${platform} as of ${date} never came out, and their staged copies are not in ${here} (they were made for ${location}): that date counts as not delivered.`;
    return problem('files_lost', message, { next: `hub build-audiences --output-dir ${location}, if these files are still wanted` });
  });
}

function undeclared({ delivered, declared }: Surroundings): Problem[] {
  return delivered.flatMap(({ audience, platform, date, members }) => {
    const own = declared.find(({ name }) => name === audience);
    if (members === 0 || own?.platforms.every((name) => name !== platform) === false) return [];
    const message = `${audience} was delivered to ${platform} on ${date} with ${members} persons and is no longer declared: remove the list on the platform.`;
    return [problem('list_not_declared', message, { next: 'Remove the list on the platform.' })];
  });
}
