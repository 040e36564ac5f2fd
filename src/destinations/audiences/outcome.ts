import type { LocalDate } from '../../core/time.ts';
import type { JobOutcome } from '../../runs/job.ts';
import type { Audience } from './audience.ts';
import { isTooSmall, type Refusal } from './guard.ts';
import { platforms } from './platforms/index.ts';
import type { Snapshot } from './snapshots.repository.ts';
import type { Target } from './target.ts';

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

/** The outcome of a run: an item for each audience and platform. Refused if one of them is. */
export function outcomeOf(results: readonly TargetResult[], around: Surroundings): JobOutcome {
  const items = results.map(({ target, refused }) => ({
    audience: target.audience.name,
    platform: target.platformName,
    brands: target.audience.brands,
    status: refused === undefined ? 'delivered' : 'refused',
    ...target.counts,
    before: target.last ?? null,
    against: target.dates.base,
    ...(refused === undefined ? {} : { refused: refused.reason }),
  }));
  const sum = (key: 'members' | 'added' | 'removed' | 'updated'): number => items.reduce((total, item) => total + item[key], 0);
  return {
    status: items.some(({ status }) => status === 'refused') ? 'refused' : 'succeeded',
    totals: {
      audiences: new Set(items.map(({ audience }) => audience)).size,
      lists: items.length,
      refused: items.filter(({ status }) => status === 'refused').length,
      members: sum('members'),
      added: sum('added'),
      removed: sum('removed'),
      updated: sum('updated'),
      output: around.location,
    },
    items,
    warnings: warningsOf(results, around),
  };
}

function warningsOf(results: readonly TargetResult[], around: Surroundings): string[] {
  return [...refusedWarnings(results), ...smallWarnings(results), ...aroundWarnings(results, around)];
}

/** More lists than these are counted in a sentence; the table marks each of them. */
const MOST_NAMED = 4;

/** A line for each reason, with the lists that it keeps back. */
function refusedWarnings(results: readonly TargetResult[]): string[] {
  const lists = new Map<string, string[]>();
  for (const { target, refused } of results) {
    if (refused === undefined) continue;
    const why = `not delivered: ${refused.reason}. ${refused.advice}`;
    lists.set(why, [...(lists.get(why) ?? []), `${target.audience.name} on ${target.platformName}`]);
  }
  return [...lists].map(([why, of]) => `${of.length > MOST_NAMED ? `${of.length} lists` : of.join(', ')} ${of.length === 1 ? 'was' : 'were'} ${why}`);
}

/** A line for each platform with lists that it will not use. */
function smallWarnings(results: readonly TargetResult[]): string[] {
  return Object.values(platforms).flatMap((platform) => {
    const small = results.filter(({ target, refused }) => target.platform === platform && refused === undefined && isTooSmall(platform, target.counts.members));
    const lists = small.map(({ target }) => `${target.audience.name} (${target.counts.members})`);
    return lists.length === 0 ? [] : [`Too few persons for ${platform.name}, which needs ${platform.minimumSize}: ${lists.join(', ')}.`];
  });
}

function aroundWarnings(results: readonly TargetResult[], around: Surroundings): string[] {
  const warnings: string[] = [];
  const stale = around.enrichedAsOf.filter((date) => date !== around.asOf);
  if (stale.length > 0) warnings.push(`The records are enriched as of ${stale.join(', ')}, the audiences are as of ${around.asOf}: run hub enrich for the same date first.`);
  const withoutConsent = results.some(({ target }) => (target.counts.left_out.no_consent ?? 0) > 0);
  if (!around.hasSubscribers && withoutConsent) warnings.push('No subscriber of the e-mail tool is known, so nobody has agreed to marketing: run hub import-email and hub enrich first.');
  for (const { audience, platform, date, location } of around.lost) {
    warnings.push(`The files of ${audience} on ${platform} as of ${date} never came out, and their staged copies are not in ${around.location} (they were made for ${location}): that date counts as not delivered.`);
  }
  for (const { audience, platform, date, members } of around.delivered) {
    const declared = around.declared.find(({ name }) => name === audience);
    if (members > 0 && declared?.platforms.every((name) => name !== platform) !== false) {
      warnings.push(`${audience} was delivered to ${platform} on ${date} with ${members} persons and is no longer declared: remove the list on the platform.`);
    }
  }
  return warnings;
}
