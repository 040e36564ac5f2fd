import { domainForms } from './email.ts';
import { unescaped } from './escapes.ts';

/** The sign without which there is no address, in every form that core/text/escapes.ts takes off. */
const AT_SIGN = /@|%(?:25)*40|&(?:amp;|#0*38;|#x0*26;)*(?:#0*64(?!\d)|#x0*40(?![0-9a-f])|commat;)|\\+(?:u0040|u\{0*40\}|x40)|[＠﹫]/i;
const BEFORE_AT = /[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,320}$/u;
const BEHIND_AT = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}.-]{0,252}[\p{L}\p{M}\p{N}])?/u;
/** What may stand before an address without being part of it, although an address may hold it. */
const DELIMITER = /[!#$%&'*/=?^`{|}~]/;
/** What parts an address from what is before: in a query of a URL, in its path, in other texts. */
const PARTS_OF_QUERY = /[?=#]/;
const PARTS_OF_PATH = /[/?=#]/;
const PARTS_OF_TEXT = /[=?#^`{|}]/;
const URL = /:\/\/|^[/?]/;
const HASHED = /sha256:([0-9a-f]{64})/g;
/** A form decoder makes a blank of a plus. */
const WORD_AND_BLANK = /[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+ $/u;
const LONGEST_RUN = 320;
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 254;

/** A place of a text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** What may be an address: the places that it may begin at and end at, the longest first. */
interface Candidate {
  readonly at: number;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Where it begins if the blank before it was a plus. */
  readonly behindBlank: number | undefined;
}

/** True if an address can stand in the text. Cheap: most texts hold none. */
export function mayHoldAddress(text: string): boolean {
  return AT_SIGN.test(text);
}

/**
 * The text with every address in it, however escaped, replaced by what the function makes of the address in lower case.
 * It begins behind the last sign that parts it from what is before; where that could be part of it too, more goes than must.
 */
export function replaceAddresses(text: string, replacement: (address: string) => string): string {
  if (!mayHoldAddress(text)) return text;
  const { text: plain, starts } = unescaped(text);
  const inUrl = URL.test(text);
  // An escaped sign parts nothing.
  const isLiteral = (index: number): boolean => text.charAt(starts[index] ?? 0) === plain.charAt(index);
  return replaced(text, candidatesIn(plain).flatMap(({ at, starts: begins, ends: [end = at] }) => {
    const inPath = inUrl && !plain.slice(begins[0], at).includes('?');
    const parts = inPath ? PARTS_OF_PATH : inUrl ? PARTS_OF_QUERY : PARTS_OF_TEXT;
    const from = Math.max(...begins.filter((begin, index) => index === 0 || (parts.test(plain.charAt(begin - 1)) && isLiteral(begin - 1))));
    const start = begins.find((begin) => begin >= from && !DELIMITER.test(plain.charAt(begin)));
    if (start === undefined || start >= at || !plain.slice(at, end).includes('.')) return [];
    return [{ start: starts[start] ?? 0, end: endOf(starts, end), by: replacement(plain.slice(start, end).toLowerCase()) }];
  }));
}

/**
 * The text with every spelling of the wanted addresses in it replaced, whatever stands around them, and the hash that an
 * import left in the place of one too.
 * @param isWanted told the SHA-256 of addresses in lower case
 * @param hashOf gives it
 */
export function replaceWanted(text: string, isWanted: (emailSha256: string) => boolean, hashOf: (address: string) => string, by: string): string {
  const unhashed = text.includes('sha256:') ? text.replace(HASHED, (whole, hash: string) => (isWanted(hash) ? by : whole)) : text;
  if (!mayHoldAddress(unhashed)) return unhashed;
  const { text: plain, starts } = unescaped(unhashed);
  return replaced(unhashed, candidatesIn(plain).flatMap((candidate) => {
    const span = wantedSpan(plain, candidate, (address) => domainForms(address).some((form) => isWanted(hashOf(form))));
    return span === undefined ? [] : [{ start: starts[span.start] ?? 0, end: endOf(starts, span.end), by }];
  }));
}

function wantedSpan(plain: string, { at, starts, ends, behindBlank }: Candidate, isWanted: (address: string) => boolean): Span | undefined {
  for (const end of ends) {
    const domain = plain.slice(at, end).toLowerCase().normalize('NFC');
    for (const start of behindBlank === undefined ? starts : [...starts, behindBlank]) {
      const local = plain.slice(start, at).toLowerCase().normalize('NFC');
      if (isWanted(local.replaceAll(' ', '+') + domain)) return { start, end };
    }
  }
  return undefined;
}

/** Every sign of an address with what may belong to it. */
function candidatesIn(plain: string): Candidate[] {
  const found: Candidate[] = [];
  for (let at = plain.indexOf('@'); at >= 0; at = plain.indexOf('@', at + 1)) {
    const before = BEFORE_AT.exec(plain.slice(Math.max(0, at - LONGEST_RUN), at))?.[0] ?? '';
    const behind = BEHIND_AT.exec(plain.slice(at + 1, at + 1 + LONGEST_DOMAIN))?.[0] ?? '';
    if (before === '' || behind === '') continue;
    const first = at - before.length;
    const word = WORD_AND_BLANK.exec(plain.slice(Math.max(0, first - LONGEST_LOCAL), first))?.[0];
    found.push({ at, starts: startsOf(plain, first, at), ends: endsOf(at, behind), behindBlank: word === undefined ? undefined : first - word.length });
  }
  return found;
}

function startsOf(plain: string, first: number, at: number): number[] {
  const starts = [first];
  for (let index = first; index < at - 1; index++) if (DELIMITER.test(plain.charAt(index))) starts.push(index + 1);
  return starts;
}

/** The whole of it, and then without what a missing blank behind a full stop may have brought: `a@b.at.Thanks`. */
function endsOf(at: number, behind: string): number[] {
  const labels = behind.split('.');
  return labels.map((_, dropped) => at + 1 + labels.slice(0, labels.length - dropped).join('.').length);
}

function endOf(starts: readonly number[], end: number): number {
  return starts[end] ?? starts.at(-1) ?? 0;
}

/** Places that overlap are one address too few: the first of them counts. */
function replaced(text: string, spans: readonly (Span & { readonly by: string })[]): string {
  let result = '';
  let done = 0;
  for (const { start, end, by } of spans) {
    if (start < done) continue;
    result += text.slice(done, start) + by;
    done = end;
  }
  return result + text.slice(done);
}
