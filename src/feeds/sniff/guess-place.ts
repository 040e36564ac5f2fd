import { normaliseHeader } from '../../sources/contract/contract.ts';
import { ENTITY_WORDS } from './names.ts';

/** Where files like this one lie. */
export interface GuessedPlace {
  /** A path below the lake, with placeholders. */
  readonly where: string;
  /** What stands for {entity}. */
  readonly file: string;
  /** The entity that the word names, if it names one. */
  readonly entity: string | undefined;
  /** True: the path tells the batch. */
  readonly tellsBatch: boolean;
}

const TIMES: readonly (readonly [RegExp, string])[] = [
  [/\d{8}T\d{6}Z/, '{batch}'],
  [/(?<!\d)(20\d{2})-(\d{2})-(\d{2})[T_ -](\d{2})[-:]?(\d{2})(?!\d)/, '{yyyy}-{mm}-{dd}'],
  [/(?<!\d)20\d{2}-[01]\d-[0-3]\d(?!\d)/, '{yyyy}-{mm}-{dd}'],
  [/(?<!\d)20\d{2}_[01]\d_[0-3]\d(?!\d)/, '{yyyy}_{mm}_{dd}'],
  [/(?<!\d)20\d{2}\/[01]\d\/[0-3]\d(?!\d)/, '{yyyy}/{mm}/{dd}'],
  [/(?<!\d)20\d{2}[01]\d[0-3]\d(?!\d)/, '{yyyy}{mm}{dd}'],
];

/** The path of files like this one. @param path relative to the lake */
export function guessPlace(path: string): GuessedPlace {
  const time = TIMES.find(([pattern]) => pattern.test(path));
  const dated = time === undefined ? path : path.replace(time[0], time[1] === '{yyyy}-{mm}-{dd}' && !/^20\d{2}-\d{2}-\d{2}$/.test(time[0].exec(path)?.[0] ?? '') ? `${time[1]}*` : time[1]);
  const segments = dated.split('/');
  const named = segments.map((segment) => entityIn(segment));
  const at = named.findLastIndex((each) => each !== undefined);
  const index = at < 0 ? segments.length - 1 : at;
  const word = named[index]?.word ?? wordOf(segments[index] ?? '');
  const where = segments.map((segment, position) => {
    if (position !== index || word === '') return position === segments.length - 1 ? numbered(segment) : segment;
    return numbered(segment.replace(word, '{entity}'));
  });
  return { where: where.join('/'), file: word, entity: named[index]?.entity, tellsBatch: time !== undefined };
}

/** The longest word of a name that is one of an entity, however many of it there are. */
function entityIn(segment: string): { readonly word: string; readonly entity: string } | undefined {
  const plain = segment.replace(/\{\w+\}/g, ' ').replace(/\.(?:csv|tsv|txt|gz|json|jsonl|ndjson)(?=\.|$)/gi, ' ');
  const words = plain.match(/[\p{L}]+(?:[ _-]?[\p{L}]+)*/gu) ?? [];
  const candidates = words.flatMap((word) => {
    const parts = word.split(/(?<=[ _-])/);
    return parts.flatMap((_, from) => parts.slice(from).map((__, length) => parts.slice(from, from + length + 1).join('').replace(/[ _-]$/, '')));
  });
  const found = candidates.flatMap((word) => {
    const entity = Object.entries(ENTITY_WORDS).find(([name, own]) => [normaliseHeader(name), ...own].some((each) => [each, `${each}s`].includes(normaliseHeader(word))))?.[0];
    return entity === undefined ? [] : [{ word, entity }];
  });
  return found.sort((a, b) => b.word.length - a.word.length)[0];
}

/** The name without its extensions, its time and its number. */
function wordOf(segment: string): string {
  return /^[\p{L}][\p{L}_-]*[\p{L}]/u.exec(segment.replace(/\{[^}]*\}/g, ''))?.[0] ?? '';
}

/** A number at the end of a name is that of the file among others of its batch. */
function numbered(segment: string): string {
  return segment.replace(/(?<=[_-](?:part)?-?)\d{1,5}(?=\.)/, '*');
}
