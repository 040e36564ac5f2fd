import { JsonValue } from '../api/json/json.ts';
import type { EachKey, Fetch, Pages } from '../api/platform.ts';
import type { ApiRecord } from '../api/records.ts';
import { fetchJob, type JobServices } from './fetch-job.ts';
import { call, pagesOf } from './fetch-pages.ts';
import { failed, gaveUp, SliceOutdated } from './stop.ts';

/** What fetching a slice works with. */
export interface SliceServices extends JobServices {
  readonly concurrency: number;
}

const RESTARTS = 3;

/**
 * Fetches all records of a slice and adds them, from its start if a page of it is gone.
 * @throws SliceTooLarge if it asks for too much at once; Stopped if the stream ends with it
 */
export async function fetchSlice(services: SliceServices, fetch: Fetch): Promise<void> {
  for (let restarts = 0; ; restarts++) {
    try {
      await services.begin();
      services.skipped.clear();
      services.warned.clear();
      await fetchAll(services, fetch);
      return;
    } catch (error) {
      if (!(error instanceof SliceOutdated)) throw error;
      if (restarts === RESTARTS) throw gaveUp('pages_expire', 'The pages of a slice expire before it is through.');
    }
  }
}

async function fetchAll(services: SliceServices, fetch: Fetch): Promise<void> {
  switch (fetch.kind) {
    case 'pages':
      for await (const records of pagesOf(services, fetch)) for (const record of records) await services.add(record);
      return;
    case 'each':
      return fetchEach(services, fetch);
    case 'job':
      return fetchJob(services, fetch.job);
    case 'measured': {
      const answer = await call(services, fetch.request, 'request');
      const count = Number(answer?.body?.scalarAt(fetch.count) ?? Number.NaN);
      if (Number.isNaN(count)) throw failed('unexpected_answer', `The answer says nothing at ${fetch.count}.`, 'Update hub: the platform answers in another form.');
      return fetchAll(services, count > fetch.above ? fetch.large : fetch.small);
    }
  }
}

/** Keys first, each once, in the order in which they came; then what belongs to each, a few at the same time, in that order too. */
async function fetchEach(services: SliceServices, { keys, keyOf, pages, isParent }: EachKey): Promise<void> {
  const found = new Set<string>();
  for await (const page of pagesOf(services, keys)) {
    for (const { line } of page) found.add(keyOf(JsonValue.of(line)) ?? '');
  }
  found.delete('');
  const fetching: Promise<readonly ApiRecord[]>[] = [];
  const takeFirst = async (): Promise<void> => {
    for (const record of (await fetching.shift()) ?? []) await services.add(record);
  };
  try {
    for (const key of found) {
      fetching.push(recordsOfKey(services, pages(key), isParent === true ? key : undefined));
      if (fetching.length >= services.concurrency) await takeFirst();
    }
    while (fetching.length > 0) await takeFirst();
  } finally {
    // Those that are under way end before the slice does.
    await Promise.allSettled(fetching);
  }
}

async function recordsOfKey(services: SliceServices, pages: Pages, parentId: string | undefined): Promise<readonly ApiRecord[]> {
  const records: ApiRecord[] = [];
  for await (const page of pagesOf(services, pages)) records.push(...page);
  return parentId === undefined ? records : records.map(({ stream, line }) => ({ stream, line: `${line.slice(0, -1)}${line === '{}' ? '' : ','}"__parentId":${JSON.stringify(parentId)}}` }));
}
