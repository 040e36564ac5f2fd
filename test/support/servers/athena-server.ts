import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import type { ResultObject } from './athena-objects.ts';
import { LoopbackServer } from './loopback-server.ts';

/** A query as the server saw it start. */
export interface StartedQuery {
  readonly id: string;
  readonly sql: string;
  /** As sent: SQL literals. */
  readonly parameters: readonly string[];
  readonly token: string;
  /** The whole StartQueryExecution request. */
  readonly request: Record<string, unknown>;
}

/** How a query goes. */
export interface Answer {
  /** The state it ends in; `RUNNING`: it never ends. Default `SUCCEEDED`. */
  readonly state?: 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'RUNNING';
  /** Looks at the query that find it running. */
  readonly polls?: number;
  readonly reason?: string;
  readonly error?: { readonly ErrorCategory?: number; readonly Retryable?: boolean };
  /** Bytes scanned, by look; the last one stays. */
  readonly scanned?: readonly number[];
  /** The result on S3; none: 404. */
  readonly object?: ResultObject;
  /** The result through the API, header row first. */
  readonly rows?: readonly (readonly string[])[];
}

/** An error instead of an answer. */
export interface Refusal {
  readonly status: number;
  readonly name: string;
}

/** Breaks a download after some bytes: by a reset, or by a connection that ends as if all were said. */
export interface Cut {
  readonly after: number;
  readonly how: 'reset' | 'end';
}

interface Query extends StartedQuery {
  readonly answer: Answer;
  readonly output: string;
  looks: number;
  stopped: boolean;
}

/** Athena (JSON 1.1) and the S3 of its results (path style) on one port, scripted by a test. */
export class AthenaServer extends LoopbackServer {
  /** Every Athena request. */
  readonly calls: { operation: string; body: Record<string, unknown> }[] = [];
  /** Every GetObject request. */
  readonly downloads: { path: string; range?: string; ifMatch?: string }[] = [];
  readonly stopped: string[] = [];
  /** Most queries that were between their start and the end of their download at one time. */
  mostInFlight = 0;
  /** Rows on a page of GetQueryResults. */
  pageRows = 1_000;
  answer: (query: StartedQuery) => Answer = () => ({});
  /** Where every table lies, as Glue says; undefined: nowhere on S3. */
  tableLocation: string | undefined;
  /** The data behind the tables: texts by `bucket/key`. */
  readonly data = new Map<string, string>();
  /** Objects on a page of a listing. */
  pageObjects = 1_000;
  private readonly queries = new Map<string, Query>();
  private readonly inFlight = new Set<string>();
  private readonly refusals = new Map<string, Refusal[]>();
  private readonly cuts: Cut[] = [];

  /** The location for openAthenaLake. */
  get location(): string {
    return `athena://AwsDataCatalog/lake?workgroup=hub&output=s3://results/hub&region=eu-central-1&endpoint=${this.endpoint}`;
  }

  get started(): StartedQuery[] {
    return [...this.queries.values()];
  }

  /** Connections that are open now. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  /** Refuses the next requests of an operation (`GetObject` for downloads). */
  refuse(operation: string, ...refusals: Refusal[]): void {
    this.refusals.set(operation, [...(this.refusals.get(operation) ?? []), ...refusals]);
  }

  /** Breaks the next downloads. */
  cutDownloads(...cuts: Cut[]): void {
    this.cuts.push(...cuts);
  }

  protected override async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' || request.method === 'HEAD') return this.getObject(request, response);
    const operation = String(request.headers['x-amz-target']).replace('AmazonAthena.', '');
    const body = JSON.parse(await text(request)) as Record<string, unknown>;
    this.calls.push({ operation, body });
    const refusal = this.refusals.get(operation)?.shift();
    if (refusal) { sendJson(response, refusal.status, { __type: refusal.name, message: `${operation} refused` }); return; }
    sendJson(response, 200, this.perform(operation, body));
  }

  private perform(operation: string, body: Record<string, unknown>): object {
    if (operation === 'GetTableMetadata') {
      return { TableMetadata: { Name: body.TableName, Parameters: this.tableLocation === undefined ? {} : { location: this.tableLocation } } };
    }
    if (operation === 'StartQueryExecution') return { QueryExecutionId: this.startQuery(body).id };
    const query = this.queries.get(body.QueryExecutionId as string);
    if (!query) throw new Error(`unknown query in ${operation}`);
    if (operation === 'GetQueryExecution') return { QueryExecution: this.look(query) };
    if (operation === 'GetQueryResults') return this.page(query, Number(body.NextToken ?? 0));
    if (operation !== 'StopQueryExecution') throw new Error(`unknown operation ${operation}`);
    query.stopped = true;
    this.stopped.push(query.id);
    this.inFlight.delete(query.id);
    return {};
  }

  // The same token is the same query, as in Athena.
  private startQuery(body: Record<string, unknown>): Query {
    const token = body.ClientRequestToken as string;
    const known = [...this.queries.values()].find((query) => query.token === token);
    if (known) return known;
    const id = randomUUID();
    const started = {
      id,
      sql: body.QueryString as string,
      parameters: (body.ExecutionParameters ?? []) as string[],
      token,
      request: body,
    };
    const folder = (body.ResultConfiguration as { OutputLocation?: string } | undefined)?.OutputLocation ?? 's3://workgroup';
    const query = { ...started, answer: this.answer(started), output: `${folder}/${id}.csv`, looks: 0, stopped: false };
    this.queries.set(id, query);
    this.inFlight.add(id);
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight.size);
    return query;
  }

  private look(query: Query): object {
    const { state = 'SUCCEEDED', polls = 1, reason, error, scanned = [0] } = query.answer;
    const look = query.looks++;
    const reached = query.stopped ? 'CANCELLED' : look < polls ? 'RUNNING' : state;
    if (reached === 'FAILED' || reached === 'CANCELLED') this.inFlight.delete(query.id);
    return {
      QueryExecutionId: query.id,
      Status: { State: reached, StateChangeReason: reason, AthenaError: error },
      Statistics: { DataScannedInBytes: scanned[Math.min(look, scanned.length - 1)] },
      ResultConfiguration: { OutputLocation: query.output },
    };
  }

  private page(query: Query, start: number): object {
    const rows = query.answer.rows ?? [];
    const end = start + this.pageRows;
    if (end >= rows.length) this.inFlight.delete(query.id);
    return {
      ResultSet: { Rows: rows.slice(start, end).map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) })) },
      NextToken: end < rows.length ? String(end) : undefined,
    };
  }

  /** ListObjectsV2, path style; the token is the number of the first object. */
  private listObjects(url: URL, response: ServerResponse): void {
    const refusal = this.refusals.get('ListObjectsV2')?.shift();
    if (refusal) { sendXml(response, refusal.status, refusal.name); return; }
    const bucket = url.pathname.split('/')[1] ?? '';
    const prefix = `${bucket}/${url.searchParams.get('prefix') ?? ''}`;
    const start = Number(url.searchParams.get('continuation-token') ?? 0);
    const found = [...this.data].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    const contents = found.slice(start, start + this.pageObjects).map(
      ([key, text]) => `<Contents><Key>${key.slice(bucket.length + 1)}</Key><Size>${Buffer.byteLength(text)}</Size><ETag>${etagOf(text).replaceAll('"', '&quot;')}</ETag></Contents>`,
    );
    const next = start + this.pageObjects < found.length ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${start + this.pageObjects}</NextContinuationToken>` : '';
    response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>${next}${contents.join('')}</ListBucketResult>`);
  }

  private async getObject(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.endpoint);
    if (url.searchParams.get('list-type') === '2') { this.listObjects(url, response); return; }
    const path = url.pathname;
    const text = this.data.get(decodeURIComponent(path).slice(1));
    if (text !== undefined) { response.writeHead(200, { 'content-length': Buffer.byteLength(text), etag: etagOf(text) }).end(text); return; }
    const query = [...this.queries.values()].find(({ output }) => path === output.replace('s3:/', ''));
    const object = query?.answer.object;
    if (request.method === 'HEAD') {
      response.writeHead(object ? 200 : 404).end();
      return;
    }
    const { range, 'if-match': ifMatch } = request.headers;
    this.downloads.push({ path, ...(range === undefined ? {} : { range }), ...(ifMatch === undefined ? {} : { ifMatch }) });
    const refusal = this.refusals.get('GetObject')?.shift();
    if (refusal) { sendXml(response, refusal.status, refusal.name); return; }
    if (!query || !object) { sendXml(response, 404, 'NoSuchKey'); return; }
    const etag = `"etag-${query.id}"`;
    if (ifMatch !== undefined && ifMatch !== etag) { sendXml(response, 412, 'PreconditionFailed'); return; }
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    response.writeHead(range === undefined ? 200 : 206, {
      'content-length': object.size - start,
      etag,
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${object.size - 1}/${object.size}` }),
    });
    if (await sendBody(response, object.read(start), this.cuts.shift())) this.inFlight.delete(query.id);
  }
}

/** The ETag of a text of the data. */
function etagOf(text: string): string {
  return `"${createHash('md5').update(text).digest('hex')}"`;
}

/** True if the whole body went out. */
async function sendBody(response: ServerResponse, chunks: Iterable<Buffer>, cut: Cut | undefined): Promise<boolean> {
  let left = cut?.after ?? Infinity;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, left);
    left -= part.length;
    const gone = await written(response, part);
    if (gone) return false;
    if (left > 0) continue;
    if (cut?.how === 'reset') response.socket?.resetAndDestroy();
    else response.socket?.end();
    return false;
  }
  response.end();
  return true;
}

/** Waits until the part is handed over; true if the connection is gone. */
function written(response: ServerResponse, part: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const onClose = () => resolve(true);
    response.once('close', onClose);
    response.write(part, (error) => {
      response.removeListener('close', onClose);
      resolve(error !== null && error !== undefined);
    });
  });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
}

function sendXml(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>refused</Message></Error>`);
}
