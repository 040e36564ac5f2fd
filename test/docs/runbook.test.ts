import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { commands } from '../../src/commands/index.ts';
import { allOptionsOf } from '../../src/cli/program.ts';
import { hubMetrics } from '../../src/monitoring/metrics.ts';
import { anomalyKinds } from '../../src/monitoring/trends.ts';

const runbook = readFileSync('docs/runbook.md', 'utf8');
const commandPage = readFileSync('docs/commands.md', 'utf8');
const headings = [...runbook.matchAll(/^### (.*)$/gm)].map(([, title = '']) => title);

describe('the runbook', () => {
  it('has a section for each exit code but 0', () => {
    const table = commandPage.slice(commandPage.indexOf('## Exit codes'));
    const codes = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, listed = '']) => listed.split(', ')).filter((code) => code !== '0');
    expect(codes).toEqual(expect.arrayContaining(['1', '2', '3', '4', '5', '6', '130', '143']));
    for (const code of codes) expect(headings.some((title) => new RegExp(`^Exit code.*\\b${code}:`).test(title))).toBe(true);
  });

  it('has a section for each alarm, and alarms on metrics that there are', () => {
    const yaml = /```yaml\n([^]*?)```/.exec(runbook)?.[1] ?? '';
    const { groups } = parse(yaml) as { groups: { rules: { alert: string; expr: string }[] }[] };
    const names = hubMetrics('0', new Map(), []).getMetricsAsArray().map(({ name }) => name);
    for (const { alert, expr } of groups.flatMap(({ rules }) => rules)) {
      expect(headings).toContain(alert);
      const used = expr.match(/\bhub_\w+/g) ?? [];
      expect(used.length).toBeGreaterThan(0);
      expect(names).toEqual(expect.arrayContaining(used));
    }
  });

  it('says what each kind of unusual run is likely to mean', () => {
    for (const kind of anomalyKinds) expect(runbook).toContain(`| \`${kind}\` |`);
  });

  it.each(readdirSync('docs').filter((name) => name.endsWith('.md')))('%s: names commands and options that there are, and links that lead somewhere', (name) => {
    const text = readFileSync(join('docs', name), 'utf8');
    const known = new Set(commands.flatMap(allOptionsOf).flatMap(({ long }) => (long === undefined ? [] : [long])));
    for (const [line = ''] of text.matchAll(/^hub [^\n]*/gm)) {
      const [, command = ''] = line.split(' ');
      expect(commands.map((one) => one.name)).toContain(command);
      for (const option of line.match(/--[a-z-]+/g) ?? []) expect([...known]).toContain(option);
    }
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) expect({ target, exists: existsSync(join('docs', dirname('.'), target)) }).toEqual({ target, exists: true });
  });
});
