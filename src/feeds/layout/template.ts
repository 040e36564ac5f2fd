import { didYouMean } from '../../core/text/nearest.ts';
import { parseBatchId, parseInstant, batchOfInstant, type BatchId } from '../../core/time.ts';
import { batchOfValue } from '../../lake/port/layout.ts';

/** What a template holds for a feed: the words that stand for its entity and its brand. */
export interface TemplateWords {
  readonly entity: string;
  readonly brand: string;
}

/** A path below the lake, with placeholders and globs, as a feed declares it. */
export interface Template {
  readonly text: string;
  /** Folders that are named before the first placeholder or glob: everything that the template finds lies below. */
  readonly root: readonly string[];
  /** One for each folder, the last one of the file. */
  readonly segments: readonly Segment[];
  /** True: the path tells the batch; else the time of the file does. */
  readonly tellsBatch: boolean;
}

interface Segment {
  /** Undefined if the segment is not the same for all files. */
  readonly literal: string | undefined;
  pattern(words: TemplateWords): RegExp;
}

const DIGITS: Readonly<Record<string, number>> = { yyyy: 4, mm: 2, dd: 2, HH: 2, MM: 2, SS: 2 };
const PLACEHOLDERS = ['entity', 'brand', 'batch', ...Object.keys(DIGITS)];
/** Each part of a time needs those before it. */
const ORDER = ['yyyy', 'mm', 'dd', 'HH', 'MM', 'SS'];

/** Reads a template. @returns what is wrong with it, as the end of a sentence, if it is none */
export function parseTemplate(text: string): Template | string {
  const names = text.split('/');
  if (/^(?:\/|[a-z0-9]+:)|\\/i.test(text)) return 'must be a path below the lake, with slashes, such as exports/{yyyy}/{mm}/{dd}/{entity}_*.csv.gz';
  if (names.some((name) => name === '' || name === '.' || name === '..')) return 'must be a path below the lake without empty folders, . and ..';
  if (names.some((name) => name.includes('**'))) return 'may hold * in the name of a folder or file, not ** for any number of folders';
  const used = [...text.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
  const unknown = used.find((name) => !PLACEHOLDERS.includes(name));
  if (unknown !== undefined) return `holds {${unknown}}, which stands for nothing. ${didYouMean(unknown, PLACEHOLDERS)}Use ${PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}, * and ?.`;
  if (/[{}]/.test(text.replace(/\{[^}]*\}/g, ''))) return 'holds a brace that is not closed';
  const parts = ORDER.filter((part) => used.includes(part));
  if (parts.some((part, index) => part !== ORDER[index]) || (parts.length > 0 && parts.length < 3)) return 'tells only a part of a day: it needs {yyyy}, {mm} and {dd}, and hours before minutes';
  if (used.includes('batch') && parts.length > 0) return 'tells the batch twice: by {batch} and by its day';
  const segments = names.map(segmentOf);
  const free = segments.findIndex(({ literal }, index) => literal === undefined || index === segments.length - 1);
  return { text, root: names.slice(0, free), segments, tellsBatch: used.includes('batch') || parts.length > 0 };
}

/** The batch that a path tells by the values of its placeholders; undefined if it is none of the template, or no such day. */
export function batchOfPath({ segments }: Pick<Template, 'segments'>, words: TemplateWords, path: readonly string[]): BatchId | 'by time' | undefined {
  if (path.length !== segments.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const match = segment.pattern(words).exec(path[index] ?? '');
    if (match === null) return undefined;
    for (const [name, value] of Object.entries(match.groups ?? {})) {
      // One placeholder may stand twice in a path, and says the same then.
      const placeholder = name.replace(/_\d+$/, '');
      if ((values[placeholder] ?? value) !== value) return undefined;
      values[placeholder] = value;
    }
  }
  return batchOfValues(values);
}

function batchOfValues({ batch, yyyy, mm, dd, HH = '00', MM = '00', SS = '00' }: Readonly<Record<string, string>>): BatchId | 'by time' | undefined {
  if (batch !== undefined) return batchOfValue(batch) ?? parseBatchId(batch);
  if (yyyy === undefined) return 'by time';
  const instant = parseInstant(`${yyyy}-${mm}-${dd} ${HH}:${MM}:${SS}`);
  return instant === undefined ? undefined : batchOfInstant(instant);
}

function segmentOf(name: string): Segment {
  const patterns = new Map<string, RegExp>();
  return {
    literal: /[{*?]/.test(name) ? undefined : name,
    pattern(words) {
      const key = `${words.entity}/${words.brand}`;
      const made = patterns.get(key) ?? patternOf(name, words);
      patterns.set(key, made);
      return made;
    },
  };
}

function patternOf(name: string, words: TemplateWords): RegExp {
  let seen = 0;
  const source = name.replace(/\{(\w+)\}|\*|\?|[^{*?]+/g, (part, placeholder: string | undefined) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (placeholder === undefined) return escaped(part);
    if (placeholder === 'entity') return escaped(words.entity);
    if (placeholder === 'brand') return escaped(words.brand);
    return `(?<${placeholder}_${seen++}>${placeholder === 'batch' ? '.+?' : `\\d{${DIGITS[placeholder] ?? 1}}`})`;
  });
  return new RegExp(`^${source}$`, 's');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
