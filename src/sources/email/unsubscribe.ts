import { enumeration } from '../contract/contract.ts';
import { emailEvent } from '../contract/email-event.ts';

/** E-mail event: a person, a mail server or a colleague ended the mails to an address. */
export const unsubscribe = emailEvent(
  'unsubscribe',
  'email_unsubscribes',
  'An unsubscription, a complaint or a hard bounce.',
  { Reason: enumeration(['link', 'complaint', 'hard_bounce', 'manual', 'api']), Scope: enumeration(['brand', 'list']) },
  { objects: true },
);
