import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Column, Entity } from '../../../src/sources/contract/contract.ts';
import { entities as all } from '../../../src/sources/index.ts';
import { sourceStreams } from '../../../src/sources/streams/index.ts';
import { isStrict, parserOf } from '../../../src/raw/rows/values/kinds.ts';
import { joinBrokenLines } from '../../../src/raw/shift/broken-lines.ts';
import { createProfile, observe, type Profile } from '../../../src/raw/shift/profile.ts';
import { repairRow } from '../../../src/raw/shift/repair.ts';
import { faults, nulled, written, type Damage } from './faults.ts';
import { rowsOf } from './rows.ts';

const SEED = 20_261_120;
const RUNS = 60;
const SINGLE_SHIFTS = ['delimiter in a value', 'dropped empty field', 'delimiter, table width', 'dropped field, table width'];

/** How many healthy rows of its part the repair has seen: none, those of a short part, and as many as a reader waits for. */
const LEARNED = [0, 60, 2_000] as const;

/** Repaired and damaged rows by fault, rows learned from, and entity. */
const tallies = new Map<string, Tally>();

interface Tally {
  readonly repaired: number;
  readonly damaged: number;
}

/** What comes as CSV; answers of platforms have no columns that could shift. */
const entities = all.filter((entity) => !sourceStreams.includes(entity));

describe.each(entities.map((entity) => ({ entity, name: entity.name })))('$name', ({ entity, name }) => {
  const columns = entity.columns;
  const profiles = LEARNED.map((rows) => ({ rows, profile: profileOf(entity, rows) }));
  const parameters = { seed: SEED, numRuns: RUNS };

  test('is never stored wrong, whatever shifted its row', () => {
    const property = fc.property(rowsOf(entity), fc.nat(1000), (row, pick) => {
      for (const [fault, damageOf] of Object.entries(faults)) {
        const damage = damageOf(columns, row, pick);
        if (!damage) continue;
        // The bar is that of rows with an id of their own; those of other feeds are short, and nearly all of their columns alike.
        const isCounted = entity.keyOf === undefined;
        for (const { rows, profile } of profiles) {
          const repaired = isRepaired(entity, damage, profile);
          if (isCounted) count(fault, rows, name, repaired);
        }
      }
    });
    fc.assert(property, parameters);
  });

  test('stays as it is when its row is healthy', () => {
    const property = fc.property(rowsOf(entity), (row) => {
      expect(repairRow({ columns, fields: row, raw: row.map(written).join(',') })).toEqual({ kind: 'fine' });
    });
    fc.assert(property, parameters);
  });

  test('never has a bad value mended away', () => {
    const strict = columns.flatMap((column, at) => (isStrict(column.kind) ? [at] : []));
    const property = fc.property(rowsOf(entity), fc.constantFrom(...strict), fc.constantFrom('abc', '12,50', '31.02.2026'), (row, at, bad) => {
      const fields = row.with(at, bad);
      for (const { profile } of profiles) {
        const outcome = repairRow({ columns, fields, profile });
        expect(outcome).toMatchObject({ kind: 'quarantine', code: 'invalid_value', column: columns[at]?.name, value: bad });
      }
    });
    fc.assert(property, parameters);
  });

  test('never has a rounded key mended away', () => {
    const ids = columns.flatMap(({ kind }, at) => (kind === 'id' ? [at] : []));
    const property = fc.property(rowsOf(entity), fc.constantFrom(...ids), fc.constantFrom('8.90E+30', '8,9E+30'), (row, at, rounded) => {
      const fields = row.with(at, rounded);
      for (const { profile } of profiles) {
        const outcome = repairRow({ columns, fields, profile });
        expect(outcome).toMatchObject({ kind: 'quarantine', code: 'invalid_value', column: columns[at]?.name, value: rounded });
      }
    });
    fc.assert(property, parameters);
  });

  test('is whole again when a newline in a text had split its row', () => {
    const texts = columns.flatMap(({ kind, shape }, at) => (kind === 'text' && shape !== 'ip_address' ? [at] : []));
    if (texts.length === 0) return;
    const property = fc.property(rowsOf(entity), fc.constantFrom(...texts), fc.boolean(), (row, at, quoted) => {
      const whole = row.with(at, `first line${quoted ? ', with comma' : ''}\nsecond "line"`);
      const lines = quoted
        ? whole.map(written).join(',').split('\n').map((raw) => ({ raw, fields: raw.split(',') }))
        : [{ fields: [...row.slice(0, at), 'first line'] }, { fields: ['second "line"', ...row.slice(at + 1)] }];
      expect(joinBrokenLines({ columns }, lines)).toEqual({
        fields: nulled(whole),
        edits: [{ operation: 'join_lines', column: at, lines: 2 }],
        lines: 2,
      });
      for (const { fields } of lines) {
        for (const { profile } of profiles) expect(repairRow({ columns, fields, profile }).kind).toBe('quarantine');
      }
    });
    fc.assert(property, parameters);
  });
});

test('more than 94 % of single shifts are repaired once the reader knows the columns', () => {
  const kinds = Object.keys(faults);
  const line = (title: string, cells: string[]) =>
    process.stdout.write(`${title.padEnd(27)}${cells.map((cell) => cell.padStart(28)).join('')}\n`);
  line('\nrepaired', kinds);
  for (const { name } of entities) line(name, kinds.map((kind) => percent(sum([kind], 2_000, name))));
  for (const rows of LEARNED) line(`all, ${rows} rows learned`, kinds.map((kind) => percent(sum([kind], rows, 'all'))));
  for (const rows of LEARNED) line(`single shifts, ${rows} rows`, [percent(sum(SINGLE_SHIFTS, rows, 'all'))]);
  const { repaired, damaged } = sum(SINGLE_SHIFTS, 2_000, 'all');
  expect(repaired / damaged).toBeGreaterThan(0.94);
});

/** What a reader has learned from so many healthy rows. */
function profileOf(entity: Entity, rows: number): Profile {
  const profile = createProfile(entity.columns.length);
  for (const row of fc.sample(rowsOf(entity), { seed: SEED + rows, numRuns: rows })) observe(profile, row);
  return profile;
}

/** Whether the row came back; fails if anything else than the healthy row would be stored. */
function isRepaired({ columns }: Entity, { fields, raw, truth }: Damage, profile: Profile): boolean {
  // Some rows of a table's width are shifted, and yet every strict value stands where one may stand: three delimiters in
  // a last text can push its empty neighbours over all that follows. No reader can tell such a row from a healthy one.
  if (readsHealthy(columns, fields)) return false;
  const outcome = repairRow({ columns, fields, profile, ...(raw !== undefined && { raw }) });
  if (outcome.kind === 'quarantine') return false;
  expect(outcome).toMatchObject({ kind: 'repaired', fields: truth });
  return true;
}

function readsHealthy(columns: readonly Column[], fields: readonly (string | null)[]): boolean {
  const reads = (column: Column, text: string) => (text === '' ? !column.required : parserOf(column)(text) !== undefined);
  return fields.length === columns.length && columns.every((column, at) => reads(column, fields[at] ?? ''));
}

function count(fault: string, rows: number, entity: string, repaired: boolean): void {
  for (const key of [`${fault}|${rows}|${entity}`, `${fault}|${rows}|all`]) {
    const tally = tallies.get(key) ?? { repaired: 0, damaged: 0 };
    tallies.set(key, { repaired: tally.repaired + (repaired ? 1 : 0), damaged: tally.damaged + 1 });
  }
}

function sum(kinds: readonly string[], rows: number, entity: string): Tally {
  const found = kinds.map((kind) => tallies.get(`${kind}|${rows}|${entity}`) ?? { repaired: 0, damaged: 0 });
  const add = (all: Tally, one: Tally) => ({ repaired: all.repaired + one.repaired, damaged: all.damaged + one.damaged });
  return found.reduce(add, { repaired: 0, damaged: 0 });
}

function percent({ repaired, damaged }: Tally): string {
  return damaged === 0 ? '-' : `${((100 * repaired) / damaged).toFixed(1)} % of ${damaged}`;
}
