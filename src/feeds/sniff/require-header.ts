import { HubError } from '../../core/errors.ts';
import { likenessOf } from '../../raw/shift/shapes.ts';

/** What no header looks like. */
const VALUES: readonly string[] = ['email', 'time', 'amount', 'id'];
/** Control characters, and what stands for a byte that is of no letter. */
const NO_TEXT = /[\u0000-\u0008\u000e-\u001f\ufffd]/;
const JSON_DOCUMENT = /^[[{]/;

/**
 * Sees that a file begins with headers: of others nothing could be proposed, and their values would be shown as headers.
 * @throws HubError refused `no_header` or `unreadable_file`
 */
export function requireHeader(file: string, header: readonly string[]): void {
  const names = header.map((name) => name.trim());
  if (names.some((name) => NO_TEXT.test(name))) throw new HubError('refused', 'unreadable_file', `${file} is no text.`, { nextStep: 'hub reads CSV and a JSON record a line, packed with gzip or not; have the file exported so.' });
  if (names.every((name) => name === '')) throw new HubError('refused', 'no_header', `${file} has no header.`, { nextStep: 'See whether it is empty. A file without a header row is declared with format.header, the names of its columns.' });
  if (JSON_DOCUMENT.test(names[0] ?? '')) throw new HubError('refused', 'no_header', `${file} is one JSON document.`, { nextStep: 'hub reads a JSON record a line; have the file exported so.' });
  const numbers = names.filter((name) => likenessOf(name) === 'number').length;
  const at = names.findIndex((name) => name !== '' && VALUES.includes(likenessOf(name)));
  if (at < 0 && numbers * 2 <= names.length) return;
  throw new HubError('refused', 'no_header', `The first line of ${file} holds values, not headers${at < 0 ? '' : ` (field ${at + 1})`}.`, {
    nextStep: 'Have it exported with its header row, or declare the feed with format.header, the names of its columns.',
  });
}
