import { CURRENCIES } from '../../core/iso/currencies.ts';
import type { Shape } from '../../sources/contract/contract.ts';
import { isUsualId } from '../rows/values/kinds.ts';

/** What a text looks like on its own, whatever column it stands in. */
export type Likeness =
  'id' | 'time' | 'email' | 'boolean' | 'amount' | 'number' | 'currency' | 'reference' | 'prose' | 'word';

const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/;
const EMAIL = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+$/;
const BOOLEAN = /^(?:true|false)$/i;
const AMOUNT = /^[+-]?\d+\.\d+$/;
const NUMBER = /^[+-]?\d+$/;
const REFERENCE = /^(?=.*(?:\d|_\w{8}))(?=.*[A-Za-z])[\w./#+-]{6,64}$/;

const PHONE = /^\+?[\d ()/.-]{6,24}$/;
const COUNTRY = /^(?:[A-Z]{2,3}|\p{Lu}[\p{L}\p{M} .,'’()&-]{3,60})$/u;
const POSTAL_CODE = /^(?=.*\d)[A-Z0-9][A-Z0-9 -]{2,9}$/i;
const CARD_MASK = /^[*xX•\d -]*(?:[*xX•][\d -]*|^)\d{4}$/;
const CODE = /^(?=.*[A-Z\d])[\w./+-]{2,40}$/;
const NAME = /^(?:(?:von|van|de|di|da|c\/o) )?\p{Lu}[\p{L}\p{M}\d .,'’&/()-]{0,80}$/u;
const WORD = /^(?:[\p{L}_][\p{L}\d_-]*(?: [\p{L}\d_-]+)?|\d{1,2})$/u;
const URL_START = /^[a-z][a-z0-9+.-]{1,15}:\S+$/i;
const IP_ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|(?=.*:.*:)[0-9a-f:.]{2,45})$/i;
const NUMBERED = /^(?=.*(?:\d|_\w{8}))[\w./#+-]{1,80}$/;

/** The most telling likeness of a non-empty text. */
export function likenessOf(text: string): Likeness {
  if (isUsualId(text)) return 'id';
  if (TIME.test(text)) return 'time';
  if (BOOLEAN.test(text)) return 'boolean';
  if (AMOUNT.test(text)) return 'amount';
  if (NUMBER.test(text)) return 'number';
  // In small letters it is rather a word: all, try, top.
  if (CURRENCIES.has(text)) return 'currency';
  if (text.includes('@') && EMAIL.test(text)) return 'email';
  if (REFERENCE.test(text)) return 'reference';
  return text.includes(' ') ? 'prose' : 'word';
}

/** True if the text looks as a column of that shape usually does. */
export function fitsShape(shape: Shape, text: string, likeness: Likeness): boolean {
  switch (shape) {
    case 'id':
      return likeness === 'id';
    case 'reference':
      return likeness !== 'id' && likeness !== 'time' && likeness !== 'amount' && NUMBERED.test(text);
    case 'email':
      return likeness === 'email';
    case 'phone':
      return likeness !== 'time' && likeness !== 'amount' && PHONE.test(text);
    case 'country':
      return COUNTRY.test(text);
    case 'postal_code':
      return likeness !== 'time' && POSTAL_CODE.test(text);
    case 'card_mask':
      return CARD_MASK.test(text);
    case 'sku':
      return likeness !== 'time' && likeness !== 'amount' && likeness !== 'id' && CODE.test(text);
    case 'person_name':
    case 'place':
      return likeness !== 'boolean' && NAME.test(text);
    case 'word':
      return likeness !== 'boolean' && WORD.test(text);
    case 'url':
      return URL_START.test(text);
    case 'ip_address':
      return IP_ADDRESS.test(text);
  }
}

/** True for the shapes whose values are one token: a delimiter inside them is most unlikely. */
export function isAtomic(shape: Shape | undefined): boolean {
  return shape !== undefined && shape !== 'person_name' && shape !== 'place' && shape !== 'country';
}
