import { HubError } from '../../core/errors.ts';
import type { LakeRecord } from '../../lake/text/record.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import type { HeaderMatch } from './header.ts';
import { parserOf, type FieldParser } from './values/kinds.ts';
import { looksLikeHeader } from './shown-headers.ts';

interface Suspect {
  readonly index: number;
  hasValues: boolean;
}

/**
 * Looks for a column that marks deleted rows under a name that hub does not know: one of true and false alone whose name
 * holds `delet`. Passed over, it would leave deleted rows alive (billing specification, "Field kinds").
 */
export class DeletionMarks {
  readonly #header: readonly string[];
  readonly #parse: FieldParser | undefined;
  #suspects: Suspect[];

  constructor(entity: Entity, { header, columns }: HeaderMatch) {
    const deleted = entity.columns.find(({ sql }) => sql === 'deleted');
    this.#header = header;
    this.#parse = deleted && parserOf(deleted);
    this.#suspects = deleted === undefined ? [] : header.flatMap((name, index) => (columns[index] === undefined && /delet/i.test(name) ? [{ index, hasValues: false }] : []));
  }

  /** Looks at a row of the header's width. */
  observe(fields: LakeRecord['fields']): void {
    if (this.#suspects.length === 0) return;
    this.#suspects = this.#suspects.filter((suspect) => {
      const value = fields[suspect.index] ?? '';
      if (value !== '') suspect.hasValues = true;
      return value === '' || this.#parse?.(value) !== undefined;
    });
  }

  /** @throws HubError refused `unknown_deletion_mark` */
  requireNone(): void {
    const found = this.#suspects.find(({ hasValues }) => hasValues);
    if (found === undefined) return;
    const name = this.#header[found.index] ?? '';
    const shown = looksLikeHeader(name) ? `"${name}"` : `number ${found.index + 1}`;
    throw new HubError('refused', 'unknown_deletion_mark', `The column ${shown} holds true and false and may mark deleted rows, but hub does not know it.`, {
      context: { position: found.index + 1 },
      nextStep:
        'Have the exporter call it Deleted, IsDeleted or _fivetran_deleted if it marks deleted rows, and give it a name without "delet" if not; ' +
        'nothing of this batch was stored.',
    });
  }
}
