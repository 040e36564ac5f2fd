import type { ApiAnswer, ApiRequest, Phase } from '../api/answer.ts';
import type { Pages } from '../api/platform.ts';
import { nextPage } from '../api/paginator.ts';
import { childrenIn, recordsIn, type ApiRecord, type UnfinishedChildren } from '../api/records.ts';
import type { ApiClient } from './api.client.ts';
import { failed, ResultNotReady, SliceOutdated, SliceTooLarge } from './stop.ts';

/** What pages are asked with. */
export interface PageServices {
  readonly client: ApiClient;
  readonly stream: string;
  /** Records that are gone, counted by their reason. */
  readonly skipped: Map<string, number>;
  /** What answers said against themselves. */
  readonly warned: Set<string>;
}

/** Records page by page. */
export async function* pagesOf(services: PageServices, pages: Pages, phase: Phase = 'request'): AsyncGenerator<readonly ApiRecord[]> {
  const seen = new Set<string>();
  for (let request = pages.request; ; ) {
    const answer = await call(services, request, phase);
    if (answer?.body === undefined) return;
    const unfinished: UnfinishedChildren[] = [];
    const records = recordsIn(answer.body, pages.records, unfinished);
    if (records === undefined) throw failed('unexpected_answer', 'A good answer has no records where they should be: nothing of it is written.', 'Update hub: the platform answers in another form.');
    for (const word of pages.warningsOf?.(answer.body) ?? []) services.warned.add(word);
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
async function* furtherChildren(services: PageServices, pages: Pages, first: UnfinishedChildren): AsyncGenerator<readonly ApiRecord[]> {
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

/** The good answer; undefined if the record is skipped, which is counted. */
export async function call({ client, stream, skipped }: PageServices, request: ApiRequest, phase: Phase): Promise<ApiAnswer | undefined> {
  const result = await client.call(request, { phase, stream });
  if ('answer' in result) return result.answer;
  if (result.class === 'split') throw new SliceTooLarge();
  if (result.class === 'restart') throw new SliceOutdated();
  if (result.class === 'not_ready') throw new ResultNotReady();
  skipped.set(result.reason, (skipped.get(result.reason) ?? 0) + 1);
  return undefined;
}

function pageFailed(code: 'page_loop' | 'foreign_origin'): Error {
  if (code === 'page_loop') return failed(code, 'The platform gave a page again, so its pages have no end: nothing of them is written.', 'Run it again later; if it stays, report it to the platform.');
  return failed(code, 'The platform named a next page at another host, which is not asked.', 'Check base_url of the account.');
}
