import { Readable } from 'node:stream';
import { TextDecoder } from 'node:util';

import { openBytes } from '../../lake/files/file-bytes.client.ts';
import { csvPart } from '../../lake/port/csv-part.ts';
import { readLines } from '../../lake/text/csv-lines.ts';
import { fileFormOf } from '../format/feed-format.ts';
import { jsonPart } from '../mapping/json-blocks.ts';
import { guessEncoding, guessForm, type GuessedForm } from './guess-form.ts';
import { requireHeader } from './require-header.ts';

/** The beginning of a file: its header, and the records that have as many fields. */
export interface Sample {
  readonly form: GuessedForm;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** So much of a file is looked at. */
const MOST_BYTES = 2 << 20;

/** Reads the beginning of a file, packed or not. @throws HubError refused `unreadable_file`, `no_header` */
export async function sampleOf(file: string, signal: AbortSignal): Promise<Sample> {
  const chunks: Buffer[] = [];
  let size = 0;
  let isWhole = true;
  for await (const chunk of openBytes(file, { files: 0, bytesScanned: 0 }, signal)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size < MOST_BYTES) continue;
    isWhole = false;
    break;
  }
  const bytes = Buffer.concat(chunks);
  const encoding = guessEncoding(bytes);
  const decoded = new TextDecoder(encoding).decode(bytes);
  const text = isWhole ? decoded : decoded.slice(0, decoded.lastIndexOf('\n') + 1);
  const form = guessForm(text, encoding, isWhole);
  const table = await tableOf(text, form, file);
  requireHeader(file, table.header);
  return { form, ...table };
}

async function tableOf(text: string, form: GuessedForm, file: string): Promise<Pick<Sample, 'header' | 'rows'>> {
  const lines = readLines(Readable.from([Buffer.from(text)]));
  const { csv, skip } = fileFormOf({ kind: form.kind, delimiter: form.delimiter, skip: form.skip });
  const parts = form.kind === 'csv' ? csvPart(file, lines, { csv, skip }) : jsonPart(file, lines, { paths: [] });
  let header: readonly string[] = [];
  const rows: (readonly (string | null)[])[] = [];
  for await (const part of parts) {
    header = part.header;
    for await (const block of part.blocks) {
      if ('header' in block) header = block.header;
      else for (const { fields, fault } of block) if (fault === undefined && fields.length <= header.length && (form.kind === 'ndjson' || fields.length === header.length)) rows.push(fields);
    }
  }
  return { header, rows };
}
