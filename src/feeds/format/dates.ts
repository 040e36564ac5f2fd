import { instantFromMillis, parseInstant, type Instant } from '../../core/time.ts';
import { instantIn } from '../../core/zone.ts';
import type { DatePattern } from './date-pattern.ts';
import { asWritten, type ValueReader } from './value-reader.ts';

/** How a feed writes days and instants. */
export interface DateForm {
  /** Tried in their order; what fits none is read as hub's own forms are. */
  readonly patterns: readonly DatePattern[];
  /** Whole seconds or milliseconds since 1970 instead. */
  readonly epoch: 'seconds' | 'milliseconds' | undefined;
  /** The zone of instants that tell no offset. */
  readonly zone: string;
}

const EPOCH = /^-?\d{1,14}$/;
/** Years of four digits, 1019 to 2920: what lies beyond is no time of an export. */
const MOST_MILLIS = 30_000_000_000_000;
const HAS_OFFSET = /(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)$/;
const HAS_TIME = /\d{2}:\d{2}/;

/** A day, YYYY-MM-DD. Of an instant it is the day that stands there, of seconds since 1970 the day of UTC. */
export function dayReader(form: DateForm): ValueReader {
  if (form.patterns.length === 0 && form.epoch === undefined) return asWritten;
  return remembered((text) => localOf(form, text.trim())?.local.slice(0, 10) ?? text);
}

/** An instant of UTC. */
export function instantReader(form: DateForm): ValueReader {
  const { zone } = form;
  const isUtc = zone === 'UTC';
  if (form.patterns.length === 0 && form.epoch === undefined && isUtc) return asWritten;
  return remembered((text) => {
    const read = localOf(form, text.trim());
    if (read !== undefined) return read.isUtc || isUtc ? read.local : instantIn(read.local, zone);
    if (isUtc) return text;
    const own = parseInstant(text.trim());
    const tells = HAS_TIME.test(text) && HAS_OFFSET.test(text.trim());
    return own === undefined || tells ? text : instantIn(own, zone);
  });
}

const MOST_REMEMBERED = 4_096;

/** Rows of an export share their days, and often their minutes: reading one takes ten times as long as finding it again. */
function remembered(read: ValueReader): ValueReader {
  const values = new Map<string, string>();
  return (text) => {
    const known = values.get(text);
    if (known !== undefined) return known;
    const value = read(text);
    if (values.size >= MOST_REMEMBERED) values.clear();
    values.set(text, value);
    return value;
  };
}

function localOf({ patterns, epoch }: DateForm, text: string): { readonly local: Instant; readonly isUtc: boolean } | undefined {
  if (epoch !== undefined && EPOCH.test(text)) {
    const millis = Number(text) * (epoch === 'seconds' ? 1_000 : 1);
    if (Math.abs(millis) <= MOST_MILLIS) return { local: instantFromMillis(millis), isUtc: true };
  }
  for (const pattern of patterns) {
    const local = pattern.read(text);
    if (local !== undefined) return { local, isUtc: pattern.hasOffset };
  }
  return undefined;
}
