import { z } from 'zod';

import { validEmail } from '../../core/text/email.ts';
import { MALFORMED, fieldKind } from './kind.ts';

/** An address in the form in which audiences would hash it; those of blocked domains, and of domains below, are refused. */
export const email = fieldKind({
  schema: z.strictObject({ kind: z.literal('email'), required: z.literal(true, 'is always true: no lead without an address').default(true), max: z.number().int().min(1).max(254).optional() }),
  max: 254,
  read(text, _field, { blockedDomains }) {
    const address = validEmail(text);
    if (address === undefined) return MALFORMED;
    return isBlocked(address.slice(address.indexOf('@') + 1), blockedDomains) ? { category: 'blocked' } : { value: address };
  },
});

function isBlocked(domain: string, blocked: ReadonlySet<string>): boolean {
  const labels = domain.split('.');
  return labels.some((_, index) => blocked.has(labels.slice(index).join('.')));
}
