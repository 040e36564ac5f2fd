import { z } from 'zod';

import { consentsSchema, eventsSchema } from '../capture/event-schemas.ts';
import type { AnswerSpec, ParameterSpec, RouteSpec } from './route-spec.ts';
import { codeSchema, consentsTakenSchema, eventsTakenSchema, feedPageSchema, leadSchema, problemSchema, readinessSchema, receivedSchema, runsQuerySchema, runsSchema, statusSchema } from './schemas.ts';

const both = ['public', 'admin'] as const;
const text = z.string();

const json = (description: string, schema: z.ZodType): AnswerSpec => ({ description, content: { 'application/json': schema } });
const code = (description: string): AnswerSpec => json(description, codeSchema);
const problem = (description: string): AnswerSpec => ({ description, content: { 'application/problem+json': problemSchema } });
const nothing = (description: string): AnswerSpec => ({ description });
const path = (name: string, description: string): ParameterSpec => ({ name, in: 'path', description, schema: text });
const query = (name: string, description: string, schema: z.ZodType = text): ParameterSpec => ({ name, in: 'query', description, schema });

const file = path('file', 'Name and form of the feed: orders.json, orders.csv, orders.xml. Columns are further parameters: docs/excel.md.');
const feedParameters = [
  file,
  query('select', 'Columns, separated by commas.'),
  query('sort', 'Columns to sort by, - before one for downwards.'),
  query('limit', 'Rows at most.', z.string().regex(/^[1-9]\d*$/)),
  query('cursor', 'The next of the page before; JSON only.'),
  query('group', 'Columns by which sums are made.'),
  query('measures', 'Which sums.'),
  query('period', 'Sums by the feed\'s date.', z.enum(['day', 'week', 'month', 'quarter', 'year'])),
  query('bom', 'CSV: 0 without the mark of UTF-8.', z.enum(['0', '1'])),
  query('delimiter', 'CSV.', z.enum(['comma', 'semicolon', 'tab'])),
  query('decimal', 'CSV.', z.enum(['point', 'comma'])),
  query('key', 'A key that may stand in a URL.'),
];
const runsParameters = Object.entries(runsQuerySchema.shape).map(([name, schema]) => query(name, { command: 'Runs of this command.', status: 'Runs that ended like this, or are under way.', since: 'Runs that began since then.', limit: '100 if nobody says.' }[name] ?? '', schema));

const leadAnswers = {
  303: nothing('Where to go next, in Location.'),
  403: code('The page is none from which the form takes leads.'),
  404: code('There is no such form.'),
  429: nothing('Too many of one client; Retry-After.'),
  503: code('The journal takes no record now; Retry-After.'),
};

/** Of routes that take JSON with a key. */
const bodyAnswers = { 413: problem('Too long.'), 415: problem('Of another type.'), 422: problem('Something is wrong with what it says; errors names each place, and nothing was taken.') };

/** Every route of the server. A route that is not here is not in the document, and a test names it. */
export const routeSpecs: readonly RouteSpec[] = [
  { method: 'get', path: '/healthz', listeners: both, summary: 'Whether the process turns.', answers: { 200: json('It does.', statusSchema) } },
  { method: 'get', path: '/readyz', listeners: both, summary: 'Whether requests should come here.', answers: { 200: json('They should.', readinessSchema), 503: json('They should not.', readinessSchema) } },
  { method: 'get', path: '/metrics', listeners: ['admin'], summary: 'Metrics for Prometheus.', needs: 'health', answers: { 200: { description: 'Metrics.', content: { 'text/plain': text } } } },
  { method: 'get', path: '/openapi.json', listeners: both, summary: 'This document.', answers: { 200: json('An OpenAPI document.', z.record(z.string(), z.unknown())) } },
  { method: 'get', path: '/v1/runs', listeners: ['admin'], summary: 'The newest runs of commands.', needs: 'runs', parameters: runsParameters, answers: { 200: json('Runs, the newest first.', runsSchema) } },
  {
    ...{ method: 'get', path: '/v1/runs/stream', listeners: ['admin'], summary: 'What becomes of runs: run.started, run.finished, run.lost; Last-Event-ID goes on there.', needs: 'runs' },
    answers: { 200: { description: 'Server-sent events, each with a run as /v1/runs has it.', content: { 'text/event-stream': text } } },
  },
  {
    ...{ method: 'get', path: '/v1/feeds/{file}', listeners: ['public'], summary: 'Rows of a feed, of one moment.', needs: 'feeds', parameters: feedParameters },
    answers: { 200: { description: 'Rows.', content: { 'application/json': feedPageSchema, 'text/csv': text, 'application/xml': text } }, 304: nothing('Nothing has changed.') },
  },
  { method: 'head', path: '/v1/feeds/{file}', listeners: ['public'], summary: 'The headers of a feed.', needs: 'feeds', parameters: feedParameters, answers: { 200: nothing('ETag, while no run is writing.') } },
  {
    ...{ method: 'post', path: '/v1/events', listeners: ['public'], summary: 'Tracked events, up to 500; personal data is taken out of them.', needs: 'events', body: { 'application/json': eventsSchema } },
    answers: { ...bodyAnswers, 202: json('They are in the journal.', eventsTakenSchema) },
  },
  {
    ...{ method: 'post', path: '/v1/consents', listeners: ['public'], summary: 'Consents given and withdrawn, up to 500.', needs: 'consents', body: { 'application/json': consentsSchema } },
    answers: { ...bodyAnswers, 202: json('They are in the journal.', consentsTakenSchema) },
  },
  { method: 'get', path: '/l/{form}', listeners: ['public'], summary: 'A visit, or a lead of a form that takes it so.', parameters: [path('form', 'Public id of the form.')], answers: { ...leadAnswers, 201: json('The lead, for who accepts JSON.', leadSchema) } },
  {
    ...{ method: 'post', path: '/l/{form}', listeners: ['public'], summary: 'A lead.', parameters: [path('form', 'Public id of the form.')] },
    body: { 'application/x-www-form-urlencoded': z.record(z.string(), text), 'application/json': z.record(z.string(), z.unknown()) },
    answers: { ...leadAnswers, 201: json('The lead, for who accepts JSON.', leadSchema), 413: code('Too long.'), 415: code('Of another type.') },
  },
  { method: 'head', path: '/l/{form}', listeners: ['public'], summary: 'Where a visit would lead; it is not recorded.', parameters: [path('form', 'Public id of the form.')], answers: leadAnswers },
  {
    ...{ method: 'post', path: '/w/{source}', listeners: ['public'], summary: 'A webhook, signed as its source is declared.', parameters: [path('source', 'Id of the source.')], body: { 'application/octet-stream': text } },
    answers: {
      200: json('It is in the journal.', receivedSchema),
      ...{ 401: code('Its signature proves nothing.'), 404: code('There is no such source.'), 410: code('The source is retired.'), 413: code('Too long.') },
      ...{ 429: code('Too many of one source; Retry-After.'), 503: code('The journal takes no record now; Retry-After.') },
    },
  },
];
