import { boolean, personal, text } from '../contract/contract.ts';
import { emailEvent } from '../contract/email-event.ts';

/** E-mail event: a link of a message was followed. */
export const click = emailEvent(
  'click',
  'email_clicks',
  'A link that was followed, by the reader or by a machine.',
  {
    Url: text({ shape: 'url', note: 'Addresses in it are stored as their hash.' }),
    UserAgent: text(),
    IpAddress: text({ ...personal, shape: 'ip_address' }),
    IsBot: boolean({ note: 'As the e-mail tool says.' }),
  },
  { machines: true },
);
