import { dateOf, type Instant } from '../../core/time.ts';
import { checkFields, type CheckedFields } from '../fields/check-fields.ts';
import type { Form } from '../forms/form.ts';
import type { LeadRecord } from '../lead-record.ts';

/** Step 4: the errors of the fields and the values that are right, by the form of the day on which the lead is judged. */
export function errorsOf({ pairs }: Pick<LeadRecord, 'pairs'>, form: Pick<Form, 'fields'>, received: Instant, blockedDomains: ReadonlySet<string>): CheckedFields {
  return checkFields(form.fields, pairs, { day: dateOf(received), blockedDomains });
}
