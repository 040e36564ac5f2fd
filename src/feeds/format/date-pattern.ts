import { parseDate, parseInstant, type Instant } from '../../core/time.ts';

/** A compiled pattern of a date or an instant. */
export interface DatePattern {
  readonly pattern: string;
  /** True: it has hours. */
  readonly hasTime: boolean;
  /** True: the text tells its offset. */
  readonly hasOffset: boolean;
  /** The local time that a text stands for, or with an offset the instant; undefined if it has another form or there is no such day. */
  read(text: string): Instant | undefined;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TOKENS: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  MMM: `(?<name>${MONTHS.join('|')})[a-z]*\\.?`,
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{2})',
  d: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  hh: '(?<half>\\d{2})',
  h: '(?<half>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  S: '(?<fraction>\\d{1,9})',
  a: '(?<noon>[ap]\\.?m\\.?)',
  XXX: '(?<offset>Z|[+-]\\d{2}:?\\d{2})',
  zzz: '(?<offset>[a-z]{2,4})',
};
/** Names of offsets that mean one thing: those of RFC 822, section 5, UTC, and the times of Europe. */
const OFFSETS: Readonly<Record<string, string>> = {
  ...{ ut: '+00:00', gmt: '+00:00', utc: '+00:00', z: '+00:00', est: '-05:00', edt: '-04:00', cst: '-06:00', cdt: '-05:00', mst: '-07:00', mdt: '-06:00', pst: '-08:00', pdt: '-07:00' },
  ...{ wet: '+00:00', west: '+01:00', cet: '+01:00', cest: '+02:00', eet: '+02:00', eest: '+03:00' },
};
const TOKEN = new RegExp(`^(?:${Object.keys(TOKENS).sort((a, b) => b.length - a.length).join('|')})`);
/** What every pattern of a day needs. */
const DAY_PARTS = ['year', 'month', 'day'];

/** The letters that patterns are written with, for messages. */
const DATE_TOKENS = 'yyyy MM M MMM dd d HH H hh h mm ss S a XXX zzz, and words in quotes';

/**
 * Compiles a pattern such as `dd.MM.yyyy HH:mm:ss`.
 * @returns what is wrong with it, as the end of a sentence, if it is none
 */
export function compileDatePattern(pattern: string): DatePattern | string {
  const found = new Set<string>();
  let halves = false;
  let source = '';
  for (let rest = pattern; rest !== ''; ) {
    const quoted = /^'([^']*)'/.exec(rest);
    const token = TOKEN.exec(rest)?.[0];
    if (quoted !== null) {
      source += escaped(quoted[1] ?? '');
      rest = rest.slice(quoted[0].length);
    } else if (token !== undefined) {
      const group = /<(\w+)>/.exec(TOKENS[token] ?? '')?.[1] ?? '';
      const part = group === 'name' ? 'month' : group === 'half' ? 'hour' : group;
      if (found.has(part)) return `names the ${part} twice`;
      halves ||= group === 'half';
      found.add(part);
      source += TOKENS[token] ?? '';
      rest = rest.slice(token.length);
    } else {
      if (/^[A-Za-z]/.test(rest)) return `has ${JSON.stringify(/^([A-Za-z])\1*/.exec(rest)?.[0] ?? '')}, which stands for nothing: use ${DATE_TOKENS}`;
      source += escaped(rest.slice(0, 1));
      rest = rest.slice(1);
    }
  }
  const missing = DAY_PARTS.find((part) => !found.has(part));
  if (missing !== undefined) return `fits no date: it has no ${missing}`;
  if (found.has('noon') !== halves) return 'needs a for morning and afternoon with hh, and HH without it';
  return patternOf(pattern, new RegExp(`^${source}$`, 'i'), found);
}

function patternOf(pattern: string, form: RegExp, found: ReadonlySet<string>): DatePattern {
  const hasTime = found.has('hour');
  return {
    pattern,
    hasTime,
    hasOffset: found.has('offset'),
    read(text) {
      const groups = form.exec(text)?.groups;
      if (groups === undefined) return undefined;
      const { year = '', name, day = '', minute = '00', second = '00', fraction = '', offset = '' } = groups;
      const month = name === undefined ? (groups['month'] ?? '') : String(MONTHS.indexOf(name.toLowerCase()) + 1);
      const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
      if (!hasTime) return parseDate(date) === undefined ? undefined : parseInstant(date);
      const hour = hourOf(groups);
      if (hour === undefined) return undefined;
      const tells = /^[a-z]{2,}$/i.test(offset) ? OFFSETS[offset.toLowerCase()] : offset.toUpperCase();
      return tells === undefined ? undefined : parseInstant(`${date} ${hour}:${minute}:${second}${fraction === '' ? '' : `.${fraction}`}${tells}`);
    },
  };
}

/** Two digits; undefined for an hour that no clock with morning and afternoon shows. */
function hourOf({ hour, half, noon }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (half === undefined) return (hour ?? '').padStart(2, '0');
  if (Number(half) < 1 || Number(half) > 12) return undefined;
  const afternoon = noon?.toLowerCase().startsWith('p') === true ? 12 : 0;
  return String((Number(half) % 12) + afternoon).padStart(2, '0');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
