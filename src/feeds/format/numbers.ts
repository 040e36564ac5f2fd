import { parseDecimal } from '../../core/decimal.ts';
import { asWritten, type ValueReader } from './value-reader.ts';

/** How a feed writes numbers. */
export interface NumberForm {
  /** What stands before the places. */
  readonly decimal: 'point' | 'comma';
  /** What stands between groups of three digits; empty: nothing does. A blank is any kind of blank. */
  readonly thousands: '' | '.' | ',' | ' ' | "'";
}

const GROUPS: Readonly<Record<NumberForm['thousands'], string>> = { '': '', '.': '\\.', ',': ',', ' ': '[ \\u00a0\\u202f]', "'": "['’]" };

/** A number in canonical form out of the form of the feed. A text that has another form stays and is none of its kind then. */
export function numberReader({ decimal, thousands }: NumberForm): ValueReader {
  if (decimal === 'point' && thousands === '') return asWritten;
  const point = decimal === 'comma' ? ',' : '.';
  const group = GROUPS[thousands];
  const whole = group === '' ? '\\d+' : `(?:\\d{1,3}(?:${group}\\d{3})+|\\d+)`;
  const form = new RegExp(`^([+-]?)(${whole})?(?:\\${point}(\\d*))?(-?)$`);
  const groups = group === '' ? undefined : new RegExp(group, 'g');
  return (text) => {
    const [all, sign = '', digits = '', places, after = ''] = form.exec(text.trim()) ?? [];
    if (all === undefined || (digits === '' && (places ?? '') === '') || (after !== '' && (sign !== '' || places === ''))) return refuseAsNumber(text);
    return `${sign === '-' || after === '-' ? '-' : ''}${(groups === undefined ? digits : digits.replace(groups, '')) || '0'}${places === undefined || places === '' ? '' : `.${places}`}`;
  };
}

/** `1.5` where the feed says that it writes `1,5` may be either: it must not pass as a number of the other form. */
function refuseAsNumber(text: string): string {
  return parseDecimal(text.trim()) === undefined ? text : `${text} (not the feed's form of a number)`;
}
