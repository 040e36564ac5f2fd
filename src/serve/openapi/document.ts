import { z } from 'zod';

import type { AnswerSpec, RouteSpec } from './route-spec.ts';
import { problemSchema } from './schemas.ts';

/** An OpenAPI document, as JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>;

const PROBLEM = '#/components/schemas/Problem';
/** What any route with a key may answer. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'Something is wrong with the request; errors names it.',
  401: 'No key, or one that is not known, revoked or expired.',
  403: 'The key does not allow it.',
  404: 'There is nothing here.',
  429: 'Too many requests of the key, or failures of the client; Retry-After.',
  500: 'Something went wrong here.',
  503: 'It can be asked again in a while; Retry-After.',
};

/** The OpenAPI 3.1 document of routes. @param version of the program */
export function openApiDocument(routes: readonly RouteSpec[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return {
    openapi: '3.1.0',
    info: { title: 'hub', version, description: 'Leads, webhooks and feeds of hub serve. Keys are made with hub keys create.' },
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema) },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'hub_<id>_<secret>' }, basic: { type: 'http', scheme: 'basic', description: 'Id of the key and its secret.' } },
    },
  };
}

function operation({ summary, needs, listeners, parameters = [], body, answers }: RouteSpec): object {
  return {
    summary,
    description: `On ${listeners.map((each) => (each === 'admin' ? 'the listener of the administration' : 'the public listener')).join(' and ')}.${needs === undefined ? '' : ` Needs a key that allows ${needs}.`}`,
    security: needs === undefined ? [] : [{ bearer: [] }, { basic: [] }],
    parameters: parameters.map(({ name, in: place, description, schema }) => ({ name, in: place, description, required: place === 'path', schema: schemaOf(schema) })),
    ...(body === undefined ? {} : { requestBody: { content: contentOf(body) } }),
    responses: { ...(needs === undefined ? {} : problems()), ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer)])) },
  };
}

function problems(): Record<string, object> {
  return Object.fromEntries(Object.entries(REFUSALS).map(([status, description]) => [status, { description, content: { 'application/problem+json': { schema: { $ref: PROBLEM } } } }]));
}

function response({ description, content }: AnswerSpec): object {
  return { description, ...(content === undefined ? {} : { content: contentOf(content) }) };
}

function contentOf(content: Readonly<Record<string, z.ZodType>>): Record<string, object> {
  return Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema: schemaOf(schema) }]));
}

/** What a value looks like on the wire: before it is read, of a request; as it is, of an answer. */
function schemaOf(schema: z.ZodType): object {
  const whole = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  // The document says once which dialect its schemas are of.
  return Object.fromEntries(Object.entries(whole).filter(([name]) => name !== '$schema'));
}
