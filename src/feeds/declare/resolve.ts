import { normaliseHeader } from '../../sources/contract/contract.ts';
import { entityNamed } from '../../sources/index.ts';
import { profiles } from '../profiles/index.ts';
import { streamSchema, type FeedEntry, type StreamEntry } from './schema.ts';

/** An entry with all of its streams: those of its profile, with what the entry says of them. */
export interface ResolvedEntry extends Omit<FeedEntry, 'streams'> {
  readonly streams: Readonly<Record<string, StreamEntry>>;
}

/** The entry with what its profile says and it does not. A stream or a column that is `false` is left out. */
export function resolveEntry(entry: FeedEntry): ResolvedEntry {
  const profile = profiles.get(entry.profile ?? '');
  const names = [...new Set([...Object.keys(profile?.streams ?? {}), ...Object.keys(entry.streams)])];
  const streams = names.flatMap((name): [string, StreamEntry][] => {
    const own = entry.streams[name];
    const base = profile?.streams[name];
    if (own?.off === true) return [];
    return [[name, merged(base === undefined ? streamSchema.parse({}) : profileStream(name, base), own)]];
  });
  const keep = entry.keep ?? profile?.keep;
  return { ...entry, format: { ...profile?.format, ...entry.format }, ...(keep === undefined ? {} : { keep }), streams: Object.fromEntries(streams) };
}

/** The stream of a profile: files may lack the headers of columns that are not required. */
function profileStream(name: string, base: object): StreamEntry {
  const stream = streamSchema.parse(base);
  const { columns } = entityNamed(name);
  return { ...stream, columns: Object.fromEntries(Object.entries(stream.columns).map(([column, entry]) => [column, { ...entry, optional: columns.find((each) => each.name === column)?.required !== true }])) };
}

function merged(base: StreamEntry, own: StreamEntry | undefined): StreamEntry {
  const { columns = {}, without = [], ...others } = own ?? {};
  const said = new Set(Object.keys(columns).map(normaliseHeader));
  const all = { ...Object.fromEntries(Object.entries(base.columns).filter(([name]) => !said.has(normaliseHeader(name)))), ...columns };
  return { ...base, ...others, without: [...base.without, ...without], columns: Object.fromEntries(Object.entries(all).filter(([, { off }]) => off !== true)) };
}
