import { fieldsOf } from './csv-fields.ts';
import { HUB_FORM, type CsvForm } from './csv-form.ts';
import type { LineBlock } from './csv-lines.ts';
import type { RecordBlock } from './record-lines.ts';
import { endOfContent, LF_ENDS } from './line-ends.ts';
import { MAX_RECORD_BYTES } from './long-line.ts';
import type { LakeRecord } from './record.ts';
import { RecordLines } from './record-lines.ts';

const LF = 0x0a;

interface Line {
  /** With its line end. */
  readonly text: string;
  readonly bytes: number;
  readonly number: number;
}

/**
 * Frames lines into records. Lines that are a record each, the great majority, are handed on as they are. A record that spans
 * lines is believed only if it has the header's width and no more than a record may have: else its opening quote is a stray one that
 * would swallow the lines after it, so the first line stands alone (the shift repair deals with it) and framing goes on with the
 * next line.
 */
export class RecordFramer {
  readonly #form: CsvForm;
  #width: number;
  #nextLine: number;
  #ends = LF_ENDS;
  /** Lines that are not yet part of a record; the first one leaves a quoted value open. */
  #open: Line[] = [];
  /** So many lines behind the first one are known to leave it open, whatever the first one is: none of them is looked at twice. */
  #followed = 0;
  #followedBytes = 0;
  /** How many fields they end, if they are not text of one value. */
  #delimiters = 0;

  /** @param width number of fields of the header; @param firstLine number of the first line that will come */
  constructor(width: number, firstLine: number, form: CsvForm = HUB_FORM) {
    this.#form = form;
    this.#width = width;
    this.#nextLine = firstLine;
  }

  /** Records are of so many fields from now on: a header came again. */
  setWidth(width: number): void {
    this.#width = width;
  }

  /** The records that are complete after this block, in their order. Blank lines are no records. */
  *push({ bytes, isAscii, ends, fault, cut }: LineBlock): Generator<RecordBlock> {
    this.#ends = ends;
    if (fault !== undefined) {
      const raw = bytes.toString(isAscii ? 'latin1' : 'utf8');
      yield [...this.end(), { fields: [], line: this.#nextLine++, raw: raw.slice(0, endOfContent(raw)), fault, ...(cut && { cut }) }];
      return;
    }
    for (let start = 0; start < bytes.length; ) {
      let end = this.#open.length > 0 || ends !== LF_ENDS ? start : endOfWholeLines(bytes, start, this.#form);
      if (end > start) {
        const lines = new RecordLines(bytes.subarray(start, end), isAscii, this.#nextLine, this.#form);
        this.#nextLine += lines.length;
        yield lines;
      } else {
        // Twice as many as are open: few are taken that need not be.
        end = ends === LF_ENDS ? endOfLines(bytes, start, 2 + this.#open.length) : bytes.length;
        yield this.#frame(bytes.toString('utf8', start, end));
      }
      start = end;
    }
  }

  /** The records left when no more lines come. */
  end(): LakeRecord[] {
    const records: LakeRecord[] = [];
    while (this.#open.length > 0) {
      this.#pass(0, 1);
      records.push(...recordsOf([this.#open.splice(0, 1)], this.#form), ...this.#frame(''));
    }
    return records;
  }

  #frame(text: string): LakeRecord[] {
    for (const line of this.#ends.split(text)) this.#open.push({ text: line, bytes: Buffer.byteLength(line), number: this.#nextLine++ });
    const complete: Line[][] = [];
    let first = 0;
    for (let count = this.#recordAt(first); count > 0; count = this.#recordAt(first)) {
      complete.push(this.#open.slice(first, first + count));
      first += count;
    }
    this.#open = this.#open.slice(first);
    return recordsOf(complete, this.#form);
  }

  /** How many lines the record takes whose first line that is; 0 if more lines must be seen. */
  #recordAt(first: number): number {
    const start = this.#open[first];
    if (start === undefined) return 0;
    const head = scanLine(start.text, false, this.#form);
    if (!head.inside) return this.#pass(first, 1);
    for (;;) {
      const line = this.#open[first + 1 + this.#followed];
      const bytes = start.bytes + this.#followedBytes + (line?.bytes ?? 0);
      if (bytes > MAX_RECORD_BYTES) return this.#pass(first, 1);
      if (line === undefined) return 0;
      const { inside, delimiters } = scanLine(line.text, true, this.#form);
      if (!inside) {
        const count = this.#followed + 2;
        const width = head.delimiters + this.#delimiters + delimiters + 1;
        return this.#pass(first, width === this.#width && this.#hasWidth(first, count) ? count : 1);
      }
      this.#followed++;
      this.#followedBytes += line.bytes;
      this.#delimiters += delimiters;
    }
  }

  #hasWidth(first: number, count: number): boolean {
    return fieldsOf(textOf(this.#open.slice(first, first + count)), this.#form).length === this.#width;
  }

  /** Goes on behind some lines: what is known of those that follow stays known, if they were not part of a record. */
  #pass(first: number, count: number): number {
    const next = this.#open[first + 1];
    if (count > 1 || this.#followed === 0 || next === undefined) {
      this.#forget();
    } else {
      this.#followed--;
      this.#followedBytes -= next.bytes;
      this.#delimiters -= scanLine(next.text, true, this.#form).delimiters;
    }
    return count;
  }

  #forget(): void {
    this.#followed = 0;
    this.#followedBytes = 0;
    this.#delimiters = 0;
  }
}

function recordsOf(groups: readonly (readonly Line[])[], form: CsvForm): LakeRecord[] {
  const frames = groups.map((lines) => ({ raw: textOf(lines), line: lines[0]?.number ?? 0 }));
  return frames.filter(({ raw }) => raw !== '').map(({ raw, line }) => ({ fields: fieldsOf(raw, form), line, raw }));
}

/**
 * Whether a quoted value is open after the line, and how many delimiters stand in it outside of quoted values. A quote opens at the
 * start of a field and closes before a delimiter.
 */
function scanLine(line: string, inside: boolean, { delimiter, quote }: CsvForm): { inside: boolean; delimiters: number } {
  const end = endOfContent(line);
  if (quote === '') return { inside: false, delimiters: countDelimiters(line, delimiter, 0, end) };
  let delimiters = 0;
  let from = 0;
  for (let at = line.indexOf(quote); at !== -1 && at < end; at = line.indexOf(quote, at + 1)) {
    if (!inside) {
      inside = at === 0 || line[at - 1] === delimiter;
      if (inside) delimiters += countDelimiters(line, delimiter, from, at);
    } else if (line[at + 1] === quote) {
      at++;
    } else if (at + 1 === end || line[at + 1] === delimiter) {
      inside = false;
      from = at + 1;
    }
  }
  return { inside, delimiters: inside ? delimiters : delimiters + countDelimiters(line, delimiter, from, end) };
}

function countDelimiters(line: string, delimiter: string, start: number, end: number): number {
  let count = 0;
  for (let at = line.indexOf(delimiter, start); at !== -1 && at < end; at = line.indexOf(delimiter, at + 1)) count++;
  return count;
}

/** Where the lines end that begin here and are a record each: where the first one stands that leaves a quoted value open. */
function endOfWholeLines(bytes: Buffer, start: number, form: CsvForm): number {
  if (form.quote === '') return bytes.length;
  const quoteByte = form.quote.charCodeAt(0);
  for (let at = start; ; ) {
    const quote = bytes.indexOf(quoteByte, at);
    if (quote === -1) return bytes.length;
    const lineStart = Math.max(start, bytes.lastIndexOf(LF, quote) + 1);
    at = LF_ENDS.next(bytes, quote);
    if (scanLine(bytes.toString('latin1', lineStart, at), false, form).inside) return lineStart;
  }
}

/** Where a number of lines end that begin here, or the bytes. */
function endOfLines(bytes: Buffer, start: number, count: number): number {
  let at = start;
  for (let line = 0; line < count && at < bytes.length; line++) at = LF_ENDS.next(bytes, at);
  return at;
}

function textOf(lines: readonly Line[]): string {
  const text = lines.length === 1 ? (lines[0]?.text ?? '') : lines.map((line) => line.text).join('');
  return text.slice(0, endOfContent(text));
}
