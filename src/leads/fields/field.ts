import { z } from 'zod';

import { choice } from './choice.ts';
import { consent } from './consent.ts';
import { date } from './date.ts';
import { email } from './email.ts';
import { integer } from './integer.ts';
import type { FieldKind } from './kind.ts';
import { name } from './name.ts';
import { phone } from './phone.ts';
import { text } from './text.ts';
import { url } from './url.ts';

/** Every kind of field; a new one is a file here and a word in this list. */
const kinds = { email, phone, name, text, integer, date, url, choice, consent };

/** A field as a form declares it. */
export const fieldSchema = z.discriminatedUnion('kind', [
  ...[email.schema, phone.schema, name.schema],
  ...[text.schema, integer.schema, date.schema, url.schema, choice.schema, consent.schema],
] as const);

export type Field = z.output<typeof fieldSchema>;

/** How the texts of a field are read. */
export function kindOf(field: Field): FieldKind<z.ZodObject> {
  return kinds[field.kind];
}
