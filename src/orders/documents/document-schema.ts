import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

import schema from '../../../schemas/order.v1.json' with { type: 'json' };

let compiled: ValidateFunction | undefined;

/**
 * Says where and how a document breaks the published schema (schemas/order.v1.json): `/items/0/totals must be object`.
 * Undefined if it is valid. Values are never quoted: a reason may be logged.
 *
 * @param document as text, or as what the text says
 */
export function invalidReason(document: string | object): string | undefined {
  // Compiling takes as long as checking some thousand documents, and most runs change none.
  compiled ??= formats.default(new Ajv2020({ allErrors: false })).compile(schema);
  if (compiled(typeof document === 'string' ? JSON.parse(document) : document)) return undefined;
  const [error] = compiled.errors ?? [];
  return error === undefined ? 'unknown' : `${error.instancePath || '/'} ${error.message ?? error.keyword}`;
}
