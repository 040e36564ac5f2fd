import { problem, type Problem } from '../../core/problem.ts';
import type { FeedSelection, SourceLake } from '../../lake/sources/source-lake.ts';
import type { SourceFeed } from '../../lake/sources/place.ts';
import { contractOf } from '../../sources/streams/index.ts';
import type { ImportedFeed } from './import-feed.ts';

/** An account as the configuration declares it, as far as imports need it. */
export interface DeclaredAccount {
  readonly platform: string;
  readonly account: string;
  readonly brand: string;
}

/** What of the source lake an import is there for. */
export interface SourceRequest extends FeedSelection {
  readonly accounts?: readonly string[] | undefined;
  /** Of the brands that the command works on. */
  readonly brands: readonly string[];
  /** All that are configured. */
  readonly knownBrands: readonly string[];
  readonly declared: readonly DeclaredAccount[];
}

/**
 * The feeds of the source lake that are imported, and what lies there and is not. An account belongs to the brand that the
 * configuration declares, else to that of its newest batch (a Singer tap).
 */
export async function sourceFeeds(lake: SourceLake, { brands, knownBrands, declared, ...selection }: SourceRequest): Promise<{ feeds: ImportedFeed[]; problems: Problem[] }> {
  const feeds: ImportedFeed[] = [];
  const problems: Problem[] = [];
  for (const origin of await lake.feeds(selection)) {
    const { platform, stream, account } = origin;
    const entity = contractOf(platform, stream);
    if (entity === undefined) {
      problems.push(problem('not_read', `not read: ${platform}/${stream} of ${account}, as hub has no contract for the stream`, { stream: `${platform}/${stream}`, next: 'Its batches stay in the lake until a version of hub has one.' }));
      continue;
    }
    const brand = declared.find((each) => each.platform === platform && each.account === account)?.brand ?? (await brandOf(lake, origin));
    if (brand === undefined) continue;
    if (!knownBrands.includes(brand)) {
      problems.push(problem('not_read', `not read: ${platform}/${stream} of ${account}, as its brand ${brand} is not configured`, { stream: `${platform}/${stream}`, next: 'Declare the brand in hub.config.yaml.' }));
    } else if (brands.includes(brand)) feeds.push({ entity, brand, origin });
  }
  return { feeds, problems };
}

/** Undefined if there is no batch yet, or none that says so. */
async function brandOf(lake: SourceLake, feed: SourceFeed): Promise<string | undefined> {
  const newest = (await lake.batches(feed)).at(-1);
  const manifest = newest === undefined ? undefined : await lake.manifest({ ...feed, batch: newest });
  return manifest?.brand;
}
