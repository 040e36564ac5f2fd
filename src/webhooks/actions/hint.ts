import { JsonPaths } from '../../core/text/json-paths.ts';
import { isExact } from '../../core/text/json-text.ts';
import type { WebhookAction } from '../declare/source.ts';
import { valueAt } from '../pointer.ts';
import type { PlannedAction, ReadableEvent } from './planned-action.ts';

const ID = /^[\x21-\x7e]{1,255}$/;

/** An id that is a number keeps its digits: those of Shopify have 18, and JSON.parse would round them. */
export function planHint({ object, id }: Extract<WebhookAction, { kind: 'hint' }>, { content, text }: Pick<ReadableEvent, 'content' | 'text'>): PlannedAction {
  const value = valueAt(content, id);
  const objectId = typeof value === 'string' ? value : typeof value === 'number' ? digitsAt(text, id) : undefined;
  return objectId !== undefined && ID.test(objectId) ? { kind: 'hint', hint: { object, objectId } } : { kind: 'dead', reason: 'no_object' };
}

/** Undefined where the digits cannot be told: below a list, or a name with a dot in it. */
function digitsAt(text: string, pointer: string): string | undefined {
  const names = pointer.split('/').slice(1);
  const digits = names.some((name) => /[.~]/.test(name)) ? undefined : (new JsonPaths([names.join('.')]).read(text)?.[0] ?? undefined);
  if (digits !== undefined) return digits;
  const read = String(valueAt(JSON.parse(text), pointer));
  return isExact(read) && Number.isSafeInteger(Number(read)) ? read : undefined;
}
