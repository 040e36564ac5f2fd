import { encodeValue } from '../../../core/text/row-text.ts';
import type { Entity } from '../../../sources/contract/contract.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import type { ScannedRow } from '../../rows/row-scanner.ts';
import { rowText } from '../../store/table-row.ts';

/** A row text (store/table-row.ts) as bytes: of one row after the other. */
export class RowLine {
  /** Begins with the text of the row that was written last. */
  bytes = Buffer.allocUnsafeSlow(1 << 12);
  /** Where it ends. */
  end = 0;
  /** Where the key begins in every text. */
  readonly keyStart: number;
  readonly #entity: Entity;
  readonly #brand: string;
  readonly #changeNo: number;

  constructor(entity: Entity, brand: string, changeNo: number) {
    this.#entity = entity;
    this.#brand = brand;
    this.#changeNo = changeNo;
    this.keyStart = Buffer.byteLength(this.#prefix);
    this.#writePrefix();
  }

  write(row: RawRow): void {
    const text = rowText(this.#entity, this.#brand, row, this.#changeNo);
    this.#grow(text.length * 3);
    this.end = this.bytes.write(text, 'utf8');
  }

  writeScanned({ bytes, end, hash, batch, row }: ScannedRow): void {
    const system = `\t${hash}\t\\N\t${batch}\t${row}\t${this.#changeNo}`;
    this.#grow(this.keyStart + end + system.length);
    bytes.copy(this.bytes, this.keyStart, 0, end);
    this.end = this.keyStart + end;
    this.end += this.bytes.write(system, this.end, 'latin1');
  }

  get #prefix(): string {
    return `${encodeValue(this.#brand)}\t`;
  }

  #writePrefix(): void {
    this.bytes.write(this.#prefix, 'utf8');
  }

  #grow(most: number): void {
    if (most <= this.bytes.length) return;
    this.bytes = Buffer.allocUnsafeSlow(most * 2);
    this.#writePrefix();
  }
}
