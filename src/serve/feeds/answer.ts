import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { toIso, type Clock } from '../../core/time.ts';
import type { StoredValues } from '../../db/dialect.ts';
import { cursorValues, rowShower } from '../../served-feeds/format/shown-row.ts';
import { csvText, xmlDocument, type WrittenRows } from '../../served-feeds/format/write-rows.ts';
import { encodeCursor } from '../../served-feeds/query/cursor.ts';
import type { DataState, FeedRows } from '../../served-feeds/read/read-feed.repository.ts';
import type { AskedFeed } from './asked-feed.ts';

/** Reads the rows of what is asked for and hands them over once. */
export type Read = (take: (rows: FeedRows) => Promise<void>) => Promise<void>;

/** A page of JSON. */
export interface FeedPage {
  readonly state: DataState;
  readonly body: { readonly feed: string; readonly as_of: string; readonly items: readonly Readonly<Record<string, unknown>>[]; readonly next: string | null };
}

/** Rows on their way, of which the first are there. */
export interface FeedStream {
  readonly state: DataState;
  /** Fails if the rest of the rows does not come: then the connection must end with it. */
  readonly text: Readable;
}

/** 256 KiB wait for whoever reads slowly; then the database waits too. */
const BUFFER_BYTES = 256 * 1024;

/** A page as JSON, with the cursor of the next one. The read must be of one row more than the limit. */
export async function feedPage({ feed, query }: AskedFeed, limit: number, read: Read, clock: Clock): Promise<FeedPage> {
  let page: FeedPage | undefined;
  await read(async ({ state, columns, blocks }) => {
    const asOf = toIso(clock.now());
    const stored: StoredValues[] = [];
    for await (const block of blocks) stored.push(...block);
    const show = rowShower(query, columns, feed.currency?.name);
    const names = query.outputs.map(({ name }) => name);
    const last = stored.length > limit ? stored[limit - 1] : undefined;
    const items = stored.slice(0, limit).map((row) => {
      const values = show(row);
      return Object.fromEntries(names.map((name, place) => [name, values[place] ?? null]));
    });
    page = { state, body: { feed: feed.name, as_of: asOf, items, next: last === undefined ? null : encodeCursor(query.fingerprint, cursorValues(query, columns, last)) } };
  });
  if (page === undefined) throw new Error('a feed was read and nothing was made of it');
  return page;
}

/**
 * Rows as CSV or XML. Resolves with the first of them, so that what goes wrong before can still be answered; rejects with it.
 * @param signal ends the reading, and with it the text
 */
export function feedStream(asked: AskedFeed, read: Read, clock: Clock, signal: AbortSignal): Promise<FeedStream> {
  return new Promise((resolve, reject) => {
    const text = new PassThrough({ highWaterMark: BUFFER_BYTES });
    // Nobody may listen yet, or any more: whoever sends it sees it end.
    text.on('error', () => undefined);
    void read(async ({ state, ...rows }) => {
      const written = writtenText(asked, { ...rows, query: asked.query, currencyColumn: asked.feed.currency?.name }, toIso(clock.now()));
      const first = await written.next();
      resolve({ state, text });
      await pipeline(withFirst(first, written), text, { signal });
    }).catch((error: unknown) => {
      reject(error instanceof Error ? error : new Error('the feed was not read', { cause: error }));
      text.destroy(error as Error);
    });
  });
}

function writtenText({ feed, format, options }: AskedFeed, rows: WrittenRows, asOf: string): AsyncGenerator<string> {
  return format === 'xml' ? xmlDocument(rows, { feed: feed.name, asOf }) : csvText(rows, options);
}

async function* withFirst(first: IteratorResult<string, unknown>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
