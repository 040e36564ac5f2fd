import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const page = readFileSync('docs/reports.md', 'utf8');
const documented = new Set([...page.matchAll(/`([a-z_0-9]+)`/g)].map(([, name = '']) => name));

/** The codes that stand in the calls that make problems, by the file. */
function codesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const calls = /(?:\bproblem|refused\.add)\(\s*'([a-z_]+)'/g;
  return new Map(files.flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(calls)].map(([, code = '']) => [code, file] as const)));
}

/** The texts of a union or list that is declared in a file, from a mark to the next semicolon. */
function listedAfter(file: string, mark: RegExp): string[] {
  const text = readFileSync(file, 'utf8');
  const start = text.search(mark);
  return [...text.slice(start, text.indexOf(';', start)).matchAll(/'([a-z_0-9]+)'/g)].map(([, code = '']) => code);
}

describe('the page on reports', () => {
  it('names the code of every problem that the program makes', () => {
    const codes = codesIn('src');
    expect(codes.size).toBeGreaterThan(20);
    expect([...codes].filter(([code]) => !documented.has(code))).toEqual([]);
  });

  it.each([
    ['src/raw/quarantine/quarantine.repository.ts', /rejectCodes? =/i, ''],
    ['src/raw/rows/event.ts', /UnjoinedReason =/, ''],
    ['src/enriched/chains/issues.ts', /ChainIssueKind =/, ''],
    ['src/orders/attribution/explicit.ts', /reason:/, 'link_'],
    ['src/audiences/guard.ts', /code:/, ''],
    ['src/relays/describe.ts', /code:/, ''],
    ['src/enriched/subscribers/unjoined.ts', /unjoinedCodes =/, ''],
  ])('names the codes that %s declares', (file, mark, prefix) => {
    const codes = listedAfter(file, mark).map((code) => `${prefix}${code}`);
    expect(codes.length).toBeGreaterThan(1);
    expect(codes.filter((code) => !documented.has(code))).toEqual([]);
  });

  it('names the drift of a batch by its names in the history', () => {
    const drift = readFileSync('src/raw/import/problems/drift-problems.ts', 'utf8');
    const codes = [...drift.matchAll(/add\('([a-z_]+)'/g)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(6);
    expect(codes.filter((code) => !documented.has(code))).toEqual([]);
  });

  it('names every key of a report and of a problem', () => {
    for (const [file, mark] of [['src/engine/runs/job.ts', 'export interface JobReport {'], ['src/core/problem.ts', 'export interface Problem {']] as const) {
      const text = readFileSync(file, 'utf8');
      const body = text.slice(text.indexOf(mark), text.indexOf('\n}', text.indexOf(mark)));
      const keys = [...body.matchAll(/^ {2}readonly ([a-z_]+)\??:/gm)].map(([, key = '']) => key);
      expect(keys.length).toBeGreaterThan(8);
      expect(keys.filter((key) => !documented.has(key))).toEqual([]);
    }
  });
});
