import { emailEvent } from '../contract/email-event.ts';

/** E-mail event: a message was handed over for delivery. */
export const send = emailEvent('send', 'email_sends', 'A message that was sent.', {});
