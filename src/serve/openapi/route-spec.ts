import type { z } from 'zod';

import type { Permission } from '../keys/roles.ts';

/** A parameter of a path or a query. */
export interface ParameterSpec {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly description: string;
  readonly schema: z.ZodType;
}

/** An answer: what it says, and the schema of its body by media type. */
export interface AnswerSpec {
  readonly description: string;
  readonly content?: Readonly<Record<string, z.ZodType>>;
}

/** What a route of the server takes and answers; the OpenAPI document is made of it. */
export interface RouteSpec {
  readonly method: 'get' | 'head' | 'post';
  /** As OpenAPI writes it: `/v1/feeds/{file}`. */
  readonly path: string;
  readonly listeners: readonly ('public' | 'admin')[];
  readonly summary: string;
  /** What a key must allow; undefined: no key is asked for. */
  readonly needs?: Permission;
  readonly parameters?: readonly ParameterSpec[];
  /** The body of a request by media type. */
  readonly body?: Readonly<Record<string, z.ZodType>>;
  /** By status; those of every route with a key are added. */
  readonly answers: Readonly<Record<number, AnswerSpec>>;
}
