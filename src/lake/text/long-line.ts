import { isUtf8 } from 'node:buffer';

import { startSha256 } from '../../core/hash.ts';

/** The longest record, in bytes (billing specification, "Text form"). Every text of a row that can be stored is far shorter. */
export const MAX_RECORD_BYTES = 1 << 20;

/** What is kept of a record that is longer than that. */
export interface CutRecord {
  /** Its beginning. */
  readonly text: string;
  /** The length of all of it, in bytes. */
  readonly bytes: number;
  /** Of all of it. */
  readonly sha256: string;
}

/** Takes a record that is too long for memory piece by piece. */
export class LongLine {
  readonly #head: Buffer[] = [];
  readonly #sum = startSha256();
  #bytes = 0;

  /** Takes the next bytes of it, line end apart. */
  add(bytes: Buffer): void {
    const room = MAX_RECORD_BYTES - this.#bytes;
    if (room > 0) this.#head.push(Buffer.from(bytes.subarray(0, room)));
    this.#bytes += bytes.length;
    this.#sum.update(bytes);
  }

  end(): CutRecord {
    return { text: textOf(Buffer.concat(this.#head)), bytes: this.#bytes, sha256: this.#sum.hex() };
  }
}

/** Bytes as text that can be stored: what is no text is shown as `\xNN`. */
function textOf(head: Buffer): string {
  // The cut may have gone through a character.
  let end = head.length;
  while (end > 0 && ((head[end - 1] as number) & 0xc0) === 0x80) end--;
  const whole = isUtf8(head) ? head : head.subarray(0, Math.max(0, end - 1));
  return isUtf8(whole) && !whole.includes(0) ? whole.toString('utf8') : showBytes(head).toString('latin1').slice(0, MAX_RECORD_BYTES);
}

/** Printable ASCII and line ends as they are, every other byte as `\xNN`. */
export function showBytes(line: Buffer): Buffer {
  const shown = line.toString('latin1').replace(/[^\x20-\x7e\r\n]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return Buffer.from(shown, 'latin1');
}
