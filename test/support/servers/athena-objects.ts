/** A result object on the test server's S3: its size, and its bytes from any offset. */
export interface ResultObject {
  readonly size: number;
  read(start: number): Iterable<Buffer>;
}

/** The CSV that Athena writes for these rows: every value quoted, NULL as nothing at all. */
export function csvObject(rows: readonly (readonly (string | null)[])[]): ResultObject {
  const bytes = Buffer.from(rows.map((row) => `${row.map(quoted).join(',')}\n`).join(''));
  return { size: bytes.length, read: (start) => [bytes.subarray(start)] };
}

/** A result of `count` rows that is made while it is read: the row number, padding, a NULL, and the partition. */
export function generatedObject(count: number): ResultObject {
  const header = Buffer.from('"id","number","name","note","brand","batch"\n');
  const rowsPerChunk = 1_000;
  const row = (index: number) =>
    `"${String(index).padStart(32, '0')}","A-${String(index).padStart(8, '0')}","Some, ""quoted"" name with\na line feed",,"alpina","20261120T020000Z"\n`;
  const width = Buffer.byteLength(row(0));
  return {
    size: header.length + count * width,
    *read(start) {
      if (start < header.length) yield header.subarray(start);
      const skipped = Math.max(0, start - header.length);
      let cut = skipped % width;
      for (let index = (skipped - cut) / width; index < count; index += rowsPerChunk) {
        const length = Math.min(rowsPerChunk, count - index);
        yield Buffer.from(Array.from({ length }, (_, offset) => row(index + offset)).join('')).subarray(cut);
        cut = 0;
      }
    },
  };
}

function quoted(value: string | null): string {
  return value === null ? '' : `"${value.replaceAll('"', '""')}"`;
}
