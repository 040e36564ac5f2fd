import { HubError } from '../../core/errors.ts';
import { didYouMean } from '../../core/text/nearest.ts';
import { looksLikeHeader } from '../../raw/rows/shown-headers.ts';
import { normaliseHeader } from '../../sources/contract/contract.ts';
import type { ColumnEntry } from '../declare/schema.ts';

/** The header of a file. */
export class SourceHeader {
  readonly names: readonly string[];
  readonly file: string;
  readonly #normal: readonly string[];
  readonly #names: ReadonlySet<string>;

  /** @param file for errors */
  constructor(names: readonly string[], file: string) {
    this.names = names;
    this.file = file;
    this.#normal = names.map(normaliseHeader);
    this.#names = new Set(this.#normal);
  }

  /** Where a name stands: as it is written, else without case and separators; undefined if it does not. */
  placeOf(name: string): number | undefined {
    const exact = this.names.indexOf(name);
    const found = exact >= 0 ? exact : this.#normal.indexOf(normaliseHeader(name));
    return found < 0 ? undefined : found;
  }

  /** True for fields that are this header, in whatever order: every one of them is a name of it. */
  isAgain(fields: readonly (string | null)[]): boolean {
    // Most rows differ from it in their first field.
    const [first] = fields;
    if (first !== null && first !== undefined && first !== '' && !this.#names.has(normaliseHeader(first))) return false;
    const given = fields.map((field) => normaliseHeader(field ?? '')).filter((name) => name !== '');
    return given.length > 1 && given.every((name) => this.#names.has(name));
  }
}

/**
 * Where the headers of an entry stand; undefined if one is missing that may be.
 * @throws HubError refused (missing_header)
 */
export function placesOf({ from, optional }: Pick<ColumnEntry, 'from' | 'optional'>, header: SourceHeader, target: string): readonly number[] | undefined {
  const names = from === undefined ? [] : [from].flat();
  const places = names.map((name) => header.placeOf(name));
  const missing = names[places.indexOf(undefined)];
  if (missing === undefined) return places.filter((place) => place !== undefined);
  if (optional === true) return undefined;
  throw new HubError('refused', 'missing_header', `The file has no column ${JSON.stringify(missing)}, from which the feed takes ${target}. ${didYouMean(missing, header.names.filter(looksLikeHeader))}`.trim(), {
    context: { file: header.file, column: target },
    nextStep: 'Correct columns of the feed in hub.config.yaml, or have the exporter write the column; nothing of this batch was stored.',
  });
}
