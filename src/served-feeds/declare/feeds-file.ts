import { HubError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { placedContent, type Fault, type Path } from '../../leads/forms/faults.ts';
import type { Catalog } from './catalog.ts';
import { compileFeed } from './compile-feed.ts';
import { feedsFileSchema, feedSchema } from './schema.ts';
import type { ServedFeed } from './served-feed.ts';

/** The text of feeds.yaml with its name, as it stands in messages. */
export interface FeedsFile {
  readonly file: string;
  readonly text: string;
}

/** feeds.yaml, compiled. With problems nothing may be served by it. */
export interface ServedFeeds {
  readonly file: string;
  /** Changes with the text of the file. */
  readonly version: string;
  readonly feeds: ReadonlyMap<string, ServedFeed>;
  /** By line. */
  readonly problems: readonly Fault[];
}

const VERSION_LENGTH = 16;

/** Compiles feeds.yaml over the tables of a catalog, and finds everything that is wrong with it at once. */
export function compileFeeds({ file, text }: FeedsFile, catalog: Catalog): ServedFeeds {
  const yaml = placedContent(text);
  const problems: Fault[] = [...yaml.syntax];
  const checked = yaml.syntax.length > 0 ? undefined : feedsFileSchema.safeParse(yaml.content ?? {});
  if (checked?.success === false) problems.push(...yaml.faultsOf(checked.error, []));
  const feeds = new Map<string, ServedFeed>();
  for (const [name, value] of Object.entries(checked?.data?.feeds ?? {})) {
    const path = ['feeds', name];
    const parsed = feedSchema.safeParse(value);
    if (!parsed.success) {
      problems.push(...yaml.faultsOf(parsed.error, path));
      continue;
    }
    const fault = (at: Path, message: string): void => void problems.push(yaml.faultAt([...path, ...at], message));
    const feed = compileFeed(name, parsed.data, catalog, fault);
    if (feed !== undefined) feeds.set(name, feed);
  }
  return { file, version: sha256Hex(text).slice(0, VERSION_LENGTH), feeds, problems: problems.toSorted((one, other) => one.line - other.line) };
}

/**
 * The same, if nothing is wrong with it.
 * @throws HubError configuration (feeds_invalid), naming file, line and key of every fault
 */
export function requireSoundFeeds(feeds: ServedFeeds): ServedFeeds {
  const { file, problems } = feeds;
  if (problems.length === 0) return feeds;
  throw new HubError('configuration', 'feeds_invalid', `The feeds cannot be served:\n${problems.map(({ line, key, message }) => `${file}:${line}: ${key === '' ? '' : `"${key}" `}${message}`).join('\n')}`, {
    context: { file, problems: problems.length },
    nextStep: 'Correct these lines; the comment at the top of config/feeds.yaml shows every key.',
  });
}
