import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { LoopbackServer } from './loopback-server.ts';

/** An object as it lies in a bucket. */
export interface StoredObject {
  readonly body: Buffer;
  readonly sha256: string | undefined;
}

/** A request, as `PUT key`. */
export interface S3Fault {
  readonly request: RegExp;
  /** An error answer, or a connection that is cut before or after the work is done. */
  readonly how: { readonly status: number; readonly code: string } | 'cut' | 'cut after';
}

/** S3 over HTTP, path style: put, get, copy, head, delete, list. It checks the checksum that comes with an object, as S3 does. */
export class S3Server extends LoopbackServer {
  readonly objects = new Map<string, StoredObject>();
  /** `PUT bucket/key`, `COPY …`, in order. */
  readonly requests: string[] = [];
  private readonly faults: S3Fault[] = [];

  /** A place for --output-dir. */
  place(bucket: string, prefix: string): string {
    return `s3://${bucket}/${prefix}?region=eu-central-1&endpoint=${encodeURIComponent(this.endpoint)}`;
  }

  /** Spoils the next requests that fit, one each. */
  spoil(...faults: S3Fault[]): void {
    this.faults.push(...faults);
  }

  /** As if it were new. */
  reset(): void {
    this.objects.clear();
    this.requests.length = 0;
    this.faults.length = 0;
  }

  /** The texts below a prefix by the rest of their key. */
  texts(prefix: string): Record<string, string> {
    const found = [...this.objects].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(found.map(([key, { body }]) => [key.slice(prefix.length), body.toString()]));
  }

  protected override async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.endpoint);
    const key = decodeURIComponent(url.pathname.slice(1));
    const source = request.headers['x-amz-copy-source'];
    const name = `${source === undefined ? (request.method ?? '') : 'COPY'} ${key}`;
    this.requests.push(name);
    const index = this.faults.findIndex((fault) => fault.request.test(name));
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault?.how === 'cut') {
      response.socket?.resetAndDestroy();
      return;
    }
    const body = await buffer(request);
    if (fault !== undefined && fault.how !== 'cut after') {
      sendError(response, fault.how.status, fault.how.code);
      return;
    }
    const answer = url.searchParams.get('list-type') === '2' ? this.list(key, url.searchParams) : this.perform(request, key, typeof source === 'string' ? decodeURIComponent(source) : undefined, body);
    if (fault?.how === 'cut after') response.socket?.resetAndDestroy();
    else answer(response);
  }

  /** ListObjectsV2, a few keys at a time. */
  private list(bucket: string, query: URLSearchParams): (response: ServerResponse) => void {
    const [prefix, delimiter, after] = [query.get('prefix') ?? '', query.get('delimiter'), query.get('continuation-token') ?? ''];
    const all = [...this.objects.keys()].flatMap((key) => (key.startsWith(`${bucket.replace(/\/$/, '')}/${prefix}`) ? [key.slice(bucket.replace(/\/$/, '').length + 1)] : []));
    const keys = all.filter((key) => key > (query.get('start-after') ?? ''));
    const shown = keys.map((key) => {
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      return end < 0 ? `<Contents><Key>${key}</Key><Size>${this.objects.get(`${bucket.replace(/\/$/, '')}/${key}`)?.body.length ?? 0}</Size></Contents>` : `<CommonPrefixes><Prefix>${key.slice(0, end + 1)}</Prefix></CommonPrefixes>`;
    });
    const sorted = [...new Set(shown)].sort().filter((entry) => entry > after);
    const page = sorted.slice(0, PAGE);
    const more = sorted.length > PAGE ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${escaped(page.at(-1) ?? '')}</NextContinuationToken>` : '<IsTruncated>false</IsTruncated>';
    return (response) => response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?><ListBucketResult>${more}${page.join('')}</ListBucketResult>`);
  }

  private perform({ method, headers }: IncomingMessage, key: string, source: string | undefined, body: Buffer): (response: ServerResponse) => void {
    const object = this.objects.get(source ?? key);
    if (method === 'DELETE') {
      this.objects.delete(key);
      return (response) => response.writeHead(204).end();
    }
    if (source !== undefined) {
      if (object === undefined) return (response) => sendError(response, 404, 'NoSuchKey');
      this.objects.set(key, object);
      return (response) => response.writeHead(200, { 'content-type': 'application/xml' }).end('<?xml version="1.0"?><CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>');
    }
    if (method === 'HEAD') {
      if (object === undefined) return (response) => response.writeHead(404).end();
      return (response) => response.writeHead(200, { 'content-length': object.body.length, ...(object.sha256 === undefined ? {} : { 'x-amz-meta-sha256': object.sha256 }) }).end();
    }
    if (method === 'GET') {
      if (object === undefined) return (response) => sendError(response, 404, 'NoSuchKey');
      return (response) => response.writeHead(200, { 'content-length': object.body.length }).end(object.body);
    }
    if (method !== 'PUT') return (response) => sendError(response, 405, 'MethodNotAllowed');
    const told = headers['x-amz-checksum-sha256'];
    const sum = createHash('sha256').update(body).digest('base64');
    if (headers['content-encoding'] === 'aws-chunked' || told !== sum || Number(headers['content-length']) !== body.length) {
      return (response) => sendError(response, 400, 'BadDigest');
    }
    const sha256 = headers['x-amz-meta-sha256'];
    this.objects.set(key, { body, sha256: typeof sha256 === 'string' ? sha256 : undefined });
    return (response) => response.writeHead(200, { etag: '"e"' }).end();
  }
}

/** So many entries a page of a listing has. */
const PAGE = 3;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function sendError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>refused</Message></Error>`);
}
