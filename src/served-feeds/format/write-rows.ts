import type { StoredValues } from '../../db/dialect.ts';
import type { FeedQuery, OutputColumn } from '../query/feed-query.ts';
import { csvCell, csvLine } from './csv.ts';
import type { FormatOptions } from './options.ts';
import { rowShower } from './shown-row.ts';
import { xmlItem, xmlText } from './xml.ts';

/** Rows on their way out. */
export interface WrittenRows {
  readonly query: FeedQuery;
  readonly columns: readonly OutputColumn[];
  /** The name of the column with the currency of amounts. */
  readonly currencyColumn: string | undefined;
  readonly blocks: AsyncIterable<readonly StoredValues[]>;
}

const BOM = '\ufeff';

/** A CSV (RFC 4180) block by block; nothing comes before the first rows are there. */
export async function* csvText({ query, columns, currencyColumn, blocks }: WrittenRows, options: FormatOptions): AsyncGenerator<string> {
  const show = rowShower(query, columns, currencyColumn);
  const types = query.outputs.map(({ type }) => type);
  const line = (row: StoredValues): string => csvLine(show(row).map((value, place) => csvCell(value, types[place] ?? 'text', options)), options);
  const head = csvLine(query.outputs.map(({ name }) => csvCell(name, 'text', options)), options);
  yield* withHead(`${options.bom ? BOM : ''}${head}`, blocks, line);
}

/** An XML document of a feed, its rows as elements `item`. */
export async function* xmlDocument({ query, columns, currencyColumn, blocks }: WrittenRows, { feed, asOf }: { readonly feed: string; readonly asOf: string }): AsyncGenerator<string> {
  const show = rowShower(query, columns, currencyColumn);
  const names = query.outputs.map(({ name }) => name);
  yield* withHead(`<?xml version="1.0" encoding="UTF-8"?>\n<feed name="${xmlText(feed)}" as_of="${asOf}">\n`, blocks, (row) => xmlItem(names, show(row)));
  yield '</feed>\n';
}

async function* withHead(head: string, blocks: AsyncIterable<readonly StoredValues[]>, line: (row: StoredValues) => string): AsyncGenerator<string> {
  let before = head;
  for await (const block of blocks) {
    yield before + block.map(line).join('');
    before = '';
  }
  if (before !== '') yield before;
}
