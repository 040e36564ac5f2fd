import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import type { Entity } from '../../../src/sources/contract/contract.ts';
import { billingEntities } from '../../../src/sources/index.ts';
import { readText } from '../read-text.ts';
import { written } from './faults.ts';
import { rowsOf, type Row } from './rows.ts';

const RUNS = 12;
/** What concatenation leaves between two rows where a line end should stand. */
const joints = fc.constantFrom('', '', '\r', '\v', '\f', '\u001c', '\u001e', '\u0085', '\u2028', '\u2029', '\ufeff', ' ', '\t', '\n\n', '\r\r\n');

/** Rows with keys of their own, some of them with a value that no column can hold, below a header in some order. */
function partsOf(entity: Entity): fc.Arbitrary<{ keys: string[]; header: string; rows: Row[]; texts: number[] }> {
  const columns = [...entity.columns.keys()];
  const order = fc.oneof({ weight: 3, arbitrary: fc.constant(columns) }, { weight: 1, arbitrary: fc.shuffledSubarray(columns, { minLength: columns.length }) });
  const rows = fc.uniqueArray(rowsOf(entity), { minLength: 6, maxLength: 14, selector: (row) => row[0] ?? '' });
  const bad = fc.array(fc.tuple(fc.nat(13), fc.constantFrom(...columns.slice(1))), { maxLength: 2 });
  return fc.tuple(rows, order, bad).map(([all, positions, damaged]) => ({
    keys: all.map((row) => row[0] ?? ''),
    header: positions.map((at) => entity.columns[at]?.name ?? '').join(','),
    rows: all.map((row, line) => positions.map((at) => (damaged.some(([place, column]) => place === line && column === at) ? 'damaged' : (row[at] ?? '')))),
    texts: [...positions.keys()].filter((at) => entity.columns[positions[at] ?? 0]?.kind === 'text'),
  }));
}

async function expectNothingLost(keys: readonly string[], entity: Entity, text: string): Promise<void> {
  const { rows, rejects } = await readText(entity, text);
  const stored = new Set(rows.map(({ sourceId }) => sourceId));
  const quarantined = rejects.map(({ raw }) => raw).join('\n');
  expect(keys.filter((key) => !stored.has(key) && !quarantined.includes(key))).toEqual([]);
  const swallowed = rows.filter((row) => keys.some((key) => key !== row.sourceId && row.text.includes(`${key},`)));
  expect(swallowed).toEqual([]);
}

describe.each(billingEntities.map((entity) => ({ entity, name: entity.name })))('no row of $name is lost', ({ entity }) => {
  test('where rows stand on one line', async () => {
    const between = fc.array(fc.option(joints), { minLength: 14, maxLength: 14 });
    const property = fc.asyncProperty(partsOf(entity), between, fc.boolean(), async ({ keys, header, rows }, ends, quoted) => {
      const lines = rows.map((row) => row.map((value) => (quoted ? `"${value.replaceAll('"', '""')}"` : written(value))).join(','));
      await expectNothingLost(keys, entity, `${header}\n${lines.map((line, index) => line + (ends[index] ?? '\n')).join('')}`);
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  });

  test('where a quote opens in one row and closes in another', async () => {
    const stray = fc.array(fc.tuple(fc.nat(13), fc.nat(13), fc.nat(), fc.nat()), { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(partsOf(entity), stray, fc.constantFrom('\n', '\r\n', '\r'), async ({ keys, header, rows, texts }, quotes, newline) => {
      const lines = rows.map((row, line) =>
        row.map((value, at) => {
          const [opens, closes] = [0, 1].map((end) => quotes.some((quote) => quote[end] === line && texts[(quote[2 + end * (quote[3] % 2)] ?? 0) % texts.length] === at));
          return `${opens === true ? '"' : ''}${written(value)}${closes === true ? '"' : ''}`;
        }).join(','),
      );
      await expectNothingLost(keys, entity, [header, ...lines, ''].join(newline));
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  });

  test('where a text holds rows of it', async () => {
    const property = fc.asyncProperty(partsOf(entity), fc.nat(), fc.nat(3), fc.constantFrom('', 'see\n', 'see '), async ({ keys, header, rows, texts }, place, count, before) => {
      const at = texts[place % texts.length];
      if (at === undefined) return;
      const inner = rows.slice(1, 2 + count).map((row) => row.map(written).join(','));
      const outer = [(rows[0] as Row).with(at, before + inner.join('\n')), ...rows.slice(2 + count)];
      await expectNothingLost(keys, entity, [header, ...outer.map((row) => row.map(written).join(',')), ''].join('\n'));
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  });

  test('and bytes come to the same as records', async () => {
    const between = fc.array(fc.option(joints), { minLength: 14, maxLength: 14 });
    const property = fc.asyncProperty(partsOf(entity), between, async ({ header, rows }, ends) => {
      const text = `${header}\n${rows.map((row, index) => row.map(written).join(',') + (ends[index] ?? '\n')).join('')}`;
      expect(await readText(entity, text)).toEqual(await readText(entity, text, true));
    });
    await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  });
});
