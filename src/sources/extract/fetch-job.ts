import { failpoint } from '../../core/failpoint.ts';
import { itemsIn } from '../../core/text/items-in.ts';
import { linesIn } from '../../core/text/lines-in.ts';
import { openPacked } from '../../net/body.ts';
import type { ApiRequest } from '../api/answer.ts';
import { pollDelayMs, type Job, type JobFile, type JobPages, type JobState } from '../api/job.ts';
import { recordInLine, type ApiRecord } from '../api/records.ts';
import { pagesOf, type PageServices } from './fetch-pages.ts';
import { failed, gaveUp, ResultNotReady, SliceTooLarge } from './stop.ts';

/** What the result of a job is fetched with. */
export interface JobServices extends PageServices {
  readonly add: (record: ApiRecord) => Promise<void> | undefined;
  /** Throws away what was added. */
  readonly begin: () => Promise<void>;
  /** The job of the open batch, and how it is noted there. */
  readonly job: { readonly id: string | null; readonly note: (id: string | null) => Promise<void> };
  readonly pause: (ms: number, why: string | null) => Promise<void>;
}

/** What became of reading a result: how many records it has; else it was refused or broke off, or is not there yet. */
type ResultRead = number | 'broken' | 'not_ready';

const JOB_TRIES = 3;
const DOWNLOADS = 4;

/**
 * Has the platform do a job and takes its result: the job of the open batch if it names one, else a new one. A run that is
 * interrupted by its user calls the job off; one that is killed leaves it to the next run.
 * @throws SliceTooLarge if the platform says that it is too much; Stopped if the stream ends with it
 */
export async function fetchJob(services: JobServices, job: Job): Promise<void> {
  let { id } = services.job;
  try {
    for (let tries = 1; ; tries++) {
      id ??= await createJob(services, job);
      const spent = { ms: 0 };
      const state = await awaitJob(services, job, id, spent);
      if (state.state === 'done' && (await takeResult(services, job, id, state, spent))) return;
      await services.job.note(null);
      id = null;
      if (tries === JOB_TRIES) throw gaveUp('job_failed', `The platform's job did not come to a whole result in ${JOB_TRIES} tries.`);
    }
  } catch (error) {
    if (id !== null && job.cancel !== undefined && services.client.isInterrupted) await services.client.callOff(job.cancel(id));
    throw error;
  }
}

async function createJob(services: JobServices, job: Job): Promise<string> {
  const result = await services.client.call(job.create, { phase: 'create', stream: services.stream });
  const id = 'answer' in result ? (result.answer.body === undefined ? undefined : job.idOf(result.answer.body)) : result.job;
  if (!('answer' in result) && result.class === 'split') throw new SliceTooLarge();
  if (id === undefined) throw failed('job_without_id', 'The platform took a job and named no id of it.', 'Update hub: the platform answers in another form.');
  await services.job.note(id);
  return id;
}

/** Milliseconds that a job was waited for, over all of its polls. */
interface Spent {
  ms: number;
}

async function awaitJob(services: JobServices, job: Job, id: string, spent: Spent): Promise<JobState> {
  const { client, stream } = services;
  for (let poll = 0; ; poll++) {
    const result = await client.call(job.poll(id), { phase: 'poll', stream });
    if (!('answer' in result)) {
      if (result.class === 'split') throw new SliceTooLarge();
      if (result.class !== 'not_ready') return { state: 'failed' };
    }
    const body = 'answer' in result ? result.answer.body : undefined;
    const state: JobState = body === undefined ? { state: 'pending' } : job.stateOf(body, id);
    if (state.state !== 'pending') return state;
    failpoint('extract.job.polled');
    await wait(services, job, id, spent, poll);
  }
}

/** Waits before the next poll. @throws Stopped if the job takes too long */
async function wait({ client, pause }: JobServices, job: Job, id: string, spent: Spent, poll: number): Promise<void> {
  if (spent.ms >= job.deadlineMs) {
    if (job.cancel !== undefined) await client.callOff(job.cancel(id));
    throw gaveUp('job_deadline', 'The platform did not come to the end of a job in time.');
  }
  const ms = pollDelayMs(poll);
  spent.ms += ms;
  await pause(ms, 'job');
}

/** @returns false if the result is gone, so that the job must be made anew */
async function takeResult(services: JobServices, job: Job, id: string, done: Extract<JobState, { state: 'done' }>, spent: Spent): Promise<boolean> {
  let state: JobState = done;
  let [tries, early] = [1, 0];
  for (;;) {
    if (state.state !== 'done') return false;
    const { result, records } = state;
    const found = result === null ? 0 : await readResult(services, job, result);
    if (typeof found === 'number') {
      if (records === undefined || records === found) return true;
      await services.job.note(null);
      throw failed('job_incomplete', `The platform's job counted ${records} objects, and its result has ${found}: nothing of it is written.`, 'Run it again: the job is made anew.');
    }
    await services.begin();
    if (found === 'not_ready') await wait(services, job, id, spent, early++);
    else {
      if (tries === DOWNLOADS) throw gaveUp('result_unreadable', `The result of the platform's job broke off ${DOWNLOADS} times.`);
      await services.pause(pollDelayMs(tries++), 'result');
    }
    // The URL of a result expires: the job gives another one.
    state = await awaitJob(services, job, id, spent);
  }
}

function readResult(services: JobServices, { result }: Job, request: ApiRequest): Promise<ResultRead> {
  return result.kind === 'pages' ? readPages(services, result, request) : download(services, result, request);
}

async function readPages(services: JobServices, { paginator, records }: JobPages, request: ApiRequest): Promise<ResultRead> {
  let count = 0;
  try {
    for await (const page of pagesOf(services, { kind: 'pages', request, paginator, records }, 'result')) {
      for (const record of page) await services.add(record);
      count += page.length;
    }
    return count;
  } catch (error) {
    if (error instanceof ResultNotReady) return 'not_ready';
    throw error;
  }
}

/** The number of records in a file. */
async function download(services: JobServices, file: JobFile, request: ApiRequest): Promise<ResultRead> {
  const body = await services.client.open(request);
  if (body === undefined) return 'broken';
  const place = file.kind === 'ndjson' ? file : ({ kind: 'ndjson' } as const);
  let records = 0;
  const iterator = textsIn(body, file)[Symbol.asyncIterator]();
  for (;;) {
    // Only what comes from the platform may be cut; what the disk says goes on.
    const next = await iterator.next().catch(() => undefined);
    if (next === undefined) return 'broken';
    if (next.done === true) return records;
    if (next.value === '' && file.kind === 'ndjson') continue;
    const record = recordInLine(next.value, place);
    if (record === undefined) return 'broken';
    records++;
    if (record !== null) await services.add(record);
  }
}

/** The text of each record of a file; it ends whole: with the trailer of its packing, and with the bracket of its array. */
function textsIn(body: AsyncIterable<Uint8Array>, { kind, packed }: JobFile): AsyncIterable<string> {
  const bytes = packed === undefined ? body : openPacked(body);
  return kind === 'array' ? itemsIn(bytes) : linesIn(bytes);
}
