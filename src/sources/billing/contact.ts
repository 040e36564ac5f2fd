import { billingEntity } from '../contract/billing-entity.ts';
import { id, personal, required, text } from '../contract/contract.ts';

/** Billing entity 2: the addresses of an account. */
export const contact = billingEntity('contact', 'raw_contacts', 'A bill-to or sold-to contact of an account.', {
  AccountId: id('account', required),
  FirstName: text({ ...personal, shape: 'person_name' }),
  LastName: text({ ...personal, shape: 'person_name' }),
  WorkEmail: text({ ...personal, shape: 'email' }),
  PersonalEmail: text({ ...personal, shape: 'email' }),
  WorkPhone: text({ ...personal, shape: 'phone' }),
  Address1: text(personal),
  Address2: text(personal),
  City: text({ ...personal, shape: 'place' }),
  State: text({ ...personal, shape: 'place' }),
  PostalCode: text({ ...personal, shape: 'postal_code' }),
  Country: text({ shape: 'country' }),
  NickName: text({ ...personal, shape: 'person_name' }),
  Description: text(personal),
});
