import { isIPv4, isIPv6 } from 'node:net';

const CARD = /(?<!\d)\d(?:[ -]?\d){12,18}(?![\d])/g;
/** Of the networks of cards. */
const CARD_PREFIX = /^(?:4|5[0-8]|2[2-7]|3[04-9]|6)/;
const IBAN = /(?<![A-Z0-9])([A-Z]{2})\d{2}(?: ?[A-Z0-9]){11,30}/gi;
/** With its country code: without one a number of an order looks the same. */
const PHONE = /(?<![\d+])(?:\+|%2B|00)[1-9](?:[ ().\/-]{0,2}\d){6,13}(?![\d])/gi;
const IPV4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g;
const IPV6 = /(?<![\w:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}(?![\w:])/gi;

/** Characters of an IBAN by country (SWIFT, IBAN registry). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, BA: 20, BE: 16, BG: 22, BR: 29, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24, FI: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, HR: 21, HU: 28,
  IE: 22, IL: 23, IS: 26, IT: 27, KW: 30, KZ: 20, LB: 28, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MD: 24, ME: 22, MK: 19, MT: 31, NL: 18, NO: 15, PL: 28, PT: 25, QA: 29, RO: 24, RS: 22, SA: 24, SE: 24,
  SI: 19, SK: 24, SM: 27, TN: 24, TR: 26, UA: 29, XK: 20,
};

/** A text without account and card numbers that check, international phone numbers and IP addresses. */
export function withoutNumbers(text: string): string {
  return withoutIbans(text)
    .replace(CARD, (found) => (isCard(found.replace(/\D/g, '')) ? '[card]' : found))
    .replace(PHONE, '[phone]')
    .replace(IPV6, (found) => (isIPv6(found) ? '[ip]' : found))
    .replace(IPV4, (found) => (isIPv4(found) ? '[ip]' : found));
}

/** What is behind a number may look like a part of it: its country says how long it is. */
function withoutIbans(text: string): string {
  return text.replace(IBAN, (found, country: string) => {
    const wanted = IBAN_LENGTHS[country.toUpperCase()];
    if (wanted === undefined) return found;
    let end = 0;
    for (let seen = 0; end < found.length && seen < wanted; end++) if (found[end] !== ' ') seen++;
    const number = found.slice(0, end).replaceAll(' ', '').toUpperCase();
    const goesOn = /[A-Z0-9]/i.test(found[end] ?? '');
    return number.length === wanted && !goesOn && isIban(number) ? `[iban]${found.slice(end)}` : found;
  });
}

/** ISO 13616: the remainder by 97 is 1. */
function isIban(number: string): boolean {
  let remainder = 0;
  for (const character of number.slice(4) + number.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** Prefix and Luhn. */
function isCard(digits: string): boolean {
  if (!CARD_PREFIX.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const value = Number(digits[digits.length - 1 - place]) * (place % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
