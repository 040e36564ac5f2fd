import { linesIn } from '../../core/text/lines-in.ts';
import type { ApiAnswer, ApiRequest, Phase } from '../api/answer.ts';
import { JsonValue } from '../api/json/json.ts';
import { pollDelayMs, type Job, type JobState } from '../api/job.ts';
import type { EachKey, Fetch, Pages } from '../api/platform.ts';
import { nextPage } from '../api/paginator.ts';
import { childrenIn, recordInLine, recordsIn, type ApiRecord, type UnfinishedChildren } from '../api/records.ts';
import type { ApiClient } from './api.client.ts';
import { failed, gaveUp, SliceOutdated, SliceTooLarge } from './stop.ts';

/** What fetching a slice works with. */
export interface SliceServices {
  readonly client: ApiClient;
  readonly stream: string;
  readonly concurrency: number;
  readonly add: (record: ApiRecord) => Promise<void> | undefined;
  /** Throws away what was added. */
  readonly begin: () => Promise<void>;
  /** The job of the open batch, and how it is noted there. */
  readonly job: { readonly id: string | null; readonly note: (id: string | null) => Promise<void> };
  readonly pause: (ms: number, why: string | null) => Promise<void>;
  /** Records that are gone, counted by their reason. */
  readonly skipped: Map<string, number>;
}

const RESTARTS = 3;
const JOB_TRIES = 3;
const DOWNLOADS = 4;

/**
 * Fetches all records of a slice and adds them, from its start if a page of it is gone.
 * @throws SliceTooLarge if it asks for too much at once; Stopped if the stream ends with it
 */
export async function fetchSlice(services: SliceServices, fetch: Fetch): Promise<void> {
  for (let restarts = 0; ; restarts++) {
    try {
      await services.begin();
      services.skipped.clear();
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

/** Records page by page. */
export async function* pagesOf(services: Pick<SliceServices, 'client' | 'stream' | 'skipped'>, pages: Pages): AsyncGenerator<readonly ApiRecord[]> {
  const seen = new Set<string>();
  for (let request = pages.request; ; ) {
    const answer = await call(services, request, 'request');
    if (answer?.body === undefined) return;
    const unfinished: UnfinishedChildren[] = [];
    const records = recordsIn(answer.body, pages.records, unfinished);
    if (records === undefined) throw failed('unexpected_answer', 'A good answer has no records where they should be: nothing of it is written.', 'Update hub: the platform answers in another form.');
    yield records;
    for (const children of unfinished) yield* furtherChildren(services, pages, children);
    const next = nextPage(pages.paginator, { ...request, url: services.client.urlOf({ ...request, query: {} }) }, answer, seen);
    if (next === null) return;
    if ('error' in next) throw pageFailed(next.error);
    seen.add(next.cursor);
    request = next.request;
  }
}

/** The children of a record for which its page had no room. */
async function* furtherChildren(services: Pick<SliceServices, 'client' | 'stream' | 'skipped'>, pages: Pages, first: UnfinishedChildren): AsyncGenerator<readonly ApiRecord[]> {
  if (pages.more === undefined) throw failed('children_left_out', `There are more ${first.children.member} of a record than its page has.`, 'Update hub: its definition does not ask for the rest.');
  const waiting = [first];
  const seen = new Set<string>();
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { children, parentId, cursor } = next;
    if (seen.has(`${parentId} ${cursor}`)) throw pageFailed('page_loop');
    seen.add(`${parentId} ${cursor}`);
    const { request, at } = pages.more(children, parentId, cursor);
    const connection = (await call(services, request, 'request'))?.body?.at(at);
    if (connection === undefined) throw failed('unexpected_answer', `A good answer has nothing at ${at}: nothing of it is written.`, 'Update hub: the platform answers in another form.');
    yield childrenIn(connection, children, parentId, waiting);
    const end = connection.scalarAt('pageInfo.hasNextPage') === 'true' ? connection.scalarAt('pageInfo.endCursor') : undefined;
    if (end !== undefined) waiting.push({ children, parentId, cursor: end });
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

async function fetchJob(services: SliceServices, job: Job): Promise<void> {
  let { id } = services.job;
  for (let tries = 1; ; tries++) {
    id ??= await createJob(services, job);
    const state = await awaitJob(services, job, id);
    if (state.state === 'done') {
      if (await takeResult(services, job, id, state)) return;
    }
    await services.job.note(null);
    id = null;
    if (tries === JOB_TRIES) throw gaveUp('job_failed', `The platform's job did not come to a whole result in ${JOB_TRIES} tries.`);
  }
}

async function createJob(services: SliceServices, job: Job): Promise<string> {
  const result = await services.client.call(job.create, { phase: 'create', stream: services.stream });
  const id = 'answer' in result ? (result.answer.body === undefined ? undefined : job.idOf(result.answer.body)) : result.job;
  if (!('answer' in result) && result.class === 'split') throw new SliceTooLarge();
  if (id === undefined) throw failed('job_without_id', 'The platform took a job and named no id of it.', 'Update hub: the platform answers in another form.');
  await services.job.note(id);
  return id;
}

async function awaitJob({ client, stream, pause }: SliceServices, job: Job, id: string): Promise<JobState> {
  let waited = 0;
  for (let poll = 0; ; poll++) {
    const result = await client.call(job.poll(id), { phase: 'poll', stream });
    if (!('answer' in result)) {
      if (result.class === 'split') throw new SliceTooLarge();
      if (result.class !== 'not_ready') return { state: 'failed' };
    }
    const body = 'answer' in result ? result.answer.body : undefined;
    const state: JobState = body === undefined ? { state: 'pending' } : job.stateOf(body);
    if (state.state !== 'pending') return state;
    if (waited >= job.deadlineMs) {
      if (job.cancel !== undefined) await client.call(job.cancel(id), { phase: 'request', stream });
      throw gaveUp('job_deadline', 'The platform did not come to the end of a job in time.');
    }
    const ms = pollDelayMs(poll);
    waited += ms;
    await pause(ms, 'job');
  }
}

/** @returns false if the result is gone, so that the job must be made anew */
async function takeResult(services: SliceServices, job: Job, id: string, done: Extract<JobState, { state: 'done' }>): Promise<boolean> {
  let state: JobState = done;
  for (let tries = 1; ; tries++) {
    if (state.state !== 'done') return false;
    const { result, records } = state;
    const lines = result === null ? 0 : await download(services, job, result);
    if (lines !== undefined) {
      if (records === undefined || records === lines) return true;
      await services.job.note(null);
      throw failed('job_incomplete', `The platform's job counted ${records} objects, and its result has ${lines}: nothing of it is written.`, 'Run it again: the job is made anew.');
    }
    if (tries === DOWNLOADS) throw gaveUp('result_unreadable', `The result of the platform's job broke off ${DOWNLOADS} times.`);
    await services.begin();
    await services.pause(pollDelayMs(tries), 'result');
    // The URL of a result expires: the job gives another one.
    state = await awaitJob(services, job, id);
  }
}

/** The number of lines; undefined if the result is refused or breaks off. */
async function download(services: SliceServices, job: Job, request: ApiRequest): Promise<number | undefined> {
  const body = await services.client.open(request);
  if (body === undefined) return undefined;
  let lines = 0;
  const iterator = linesIn(body)[Symbol.asyncIterator]();
  for (;;) {
    // Only what comes from the platform may be cut; what the disk says goes on.
    const next = await iterator.next().catch(() => undefined);
    if (next === undefined) return undefined;
    if (next.done === true) return lines;
    if (next.value === '') continue;
    const record = recordInLine(next.value, job.result);
    if (record === undefined) return undefined;
    lines++;
    if (record !== null) await services.add(record);
  }
}

/** The good answer; undefined if the record is skipped, which is counted. */
async function call({ client, stream, skipped }: Pick<SliceServices, 'client' | 'stream' | 'skipped'>, request: ApiRequest, phase: Phase): Promise<ApiAnswer | undefined> {
  const result = await client.call(request, { phase, stream });
  if ('answer' in result) return result.answer;
  if (result.class === 'split') throw new SliceTooLarge();
  if (result.class === 'restart') throw new SliceOutdated();
  skipped.set(result.reason, (skipped.get(result.reason) ?? 0) + 1);
  return undefined;
}

function pageFailed(code: 'page_loop' | 'foreign_origin'): Error {
  if (code === 'page_loop') return failed(code, 'The platform gave a page again, so its pages have no end: nothing of them is written.', 'Run it again later; if it stays, report it to the platform.');
  return failed(code, 'The platform named a next page at another host, which is not asked.', 'Check base_url of the account.');
}
