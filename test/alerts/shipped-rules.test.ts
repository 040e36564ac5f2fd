import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { addDays, addMonths, type LocalDate } from '../../src/core/time.ts';
import { evaluate } from '../../src/alerts/evaluate.ts';
import { parseAlertRules } from '../../src/alerts/parse-rules.ts';
import type { AlertRule, RuleExample } from '../../src/alerts/rule.ts';
import { windowsOf } from '../../src/alerts/windows.ts';

const asOf = '2026-03-19' as LocalDate;
const rules = parseAlertRules({ file: 'config/alerts.yaml', text: readFileSync('config/alerts.yaml', 'utf8') }, ['alpina', 'belmont', 'corvina']);

function findings(rule: AlertRule, { rows }: RuleExample): string[] {
  const periodOf = (ago: number): string => (rule.table.period === 'none' ? '' : rule.table.period === 'month' ? addMonths(asOf, -ago).slice(0, 7) : addDays(asOf, -ago));
  const placed = rows.map((row) => ({ ...row, period: periodOf(Number(row['period'] ?? 0)) }));
  const windows = windowsOf(rule, addDays(asOf, -1));
  return evaluate({ rule, windows, rows: placed, firstDays: new Map([['alpina', '2025-01-01']]) }).map(({ finding }) => finding);
}

describe('a shipped rule', () => {
  test.each(rules.map((rule) => [rule.id, rule] as const))('%s fires on its example and not on its other one', (_id, rule) => {
    if (rule.examples === undefined) throw new Error('has no examples');
    expect(findings(rule, rule.examples.fires)).toContain('firing');
    expect(findings(rule, rule.examples.stays)).not.toContain('firing');
    expect(findings(rule, rule.examples.stays)).not.toContain('not_evaluated');
  });

  test('has an entry in the runbook that says what to do', () => {
    const runbook = readFileSync('docs/runbook.md', 'utf8');
    expect(rules.map(({ id }) => id).filter((id) => !runbook.includes(`| \`${id}\` |`))).toEqual([]);
  });
});
