import { describe, expect, test } from '@jest/globals';

import { parseAlertRules } from '../../src/alerts/parse-rules.ts';

const RULE = ['alerts:', '  - id: low', '    title: Low', '    severity: warning', '    metric: metric_stock.available', '    when: { at_most: 5 }', ''].join('\n');

function parse(text: string) {
  return parseAlertRules({ file: 'alerts.yaml', text }, ['alpina', 'belmont']);
}

const wrong = (title: string, change: (text: string) => string, message: string): [string, string, string] => [title, change(RULE), message];
const metric = (name: string) => (text: string): string => text.replace('metric_stock.available', name);
const when = (condition: string) => (text: string): string => text.replace('{ at_most: 5 }', condition);

describe('a file of alert rules', () => {
  test('is read with what it leaves out', () => {
    expect(parse(RULE)).toMatchObject([{ id: 'low', per: ['brand'], over: 'latest', cooldownMs: 86_400_000, tellsResolved: false, where: [], when: { kind: 'at_most', threshold: { number: 5 } } }]);
  });

  test.each([
    wrong('no YAML', () => 'alerts:\n  - [', 'alerts.yaml:2: '),
    wrong('an unknown key', (text) => `${text}    colour: red\n`, 'alerts.yaml:7: "colour" is no key that belongs here'),
    wrong('an unknown severity', (text) => text.replace('warning', 'bad'), 'alerts.yaml:4: "severity"'),
    wrong('the same id twice', (text) => text + text.replace('alerts:\n', ''), 'alerts.yaml:7: the id "low" is there twice'),
    wrong('an unknown table', metric('metric_stok.available'), 'alerts.yaml:5: low: there is no table "metric_stok" to watch. Did you mean metric_stock?'),
    wrong('an unknown column', metric('metric_stock.availabel'), 'alerts.yaml:5: low: metric_stock has no column "availabel". Did you mean available?'),
    wrong('a column that is no number', metric('metric_stock.status'), 'alerts.yaml:5: low: metric_stock.status is no number'),
    wrong('an unknown column of where', (text) => `${text}    where: { staus: out }\n`, 'alerts.yaml:7: low: metric_stock has no column "staus". Did you mean status?'),
    wrong('a value that a column never has', (text) => `${text}    where: { status: gone }\n`, 'alerts.yaml:7: low: status is never "gone", so the rule cannot fire'),
    wrong('an unknown column of per', (text) => `${text}    per: [brand, skus]\n`, 'alerts.yaml:7: low: metric_stock has no column "skus". Did you mean sku?'),
    wrong('an unknown brand', (text) => `${text}    brands: [alpin]\n`, 'alerts.yaml:7: low: there is no brand "alpin". Did you mean alpina?'),
    wrong('a threshold of a column that is not there', when('{ at_most: reorder }'), 'alerts.yaml:6: low: metric_stock has no column "reorder".'),
    wrong('an amount where none is watched', when('{ at_most: "5 EUR" }'), 'alerts.yaml:6: low: what is watched is no amount, so the rule cannot fire'),
    wrong('a number where an amount is watched', (text) => metric('metric_products.margin')(when('{ below: 5 }')(text)), 'alerts.yaml:6: low: an amount needs its currency: "5 EUR"'),
    wrong('an amount in no currency', (text) => metric('metric_products.margin')(when('{ below: "5 XYZ" }')(text)), 'alerts.yaml:6: low: "5 XYZ" is no amount of a known currency'),
    wrong('a change of what has no past', when('{ change: { against: previous, percent_below: -30 } }'), 'alerts.yaml:6: low: metric_stock has no earlier periods to compare with, so the rule cannot fire'),
    wrong('a change of a month that is not over', (text) => metric('metric_products.margin')(when('{ change: { against: previous, percent_below: -30 } }')(text)), 'so it is never compared and the rule cannot fire'),
    wrong('two changes at once', (text) => metric('metric_mrr_days.mrr')(when('{ change: { against: previous, percent_below: -30, percent_above: 3 } }')(text)), 'alerts.yaml:6: low: a change needs one of'),
    wrong('a fall by more than all', (text) => metric('metric_mrr_days.mrr')(when('{ change: { against: previous, percent_below: -100 } }')(text)), 'nothing falls by more than 100 %, so the rule cannot fire'),
    wrong('a weekday of weeks', (text) => `${metric('metric_mrr_days.mrr')(when('{ change: { against: same_weekday_median_4, percent_below: -30 } }')(text))}    over: week\n`, 'set over to day'),
    wrong('a count below nothing', (text) => metric('metric_mrr_days.customers')(when('{ below: 0 }')(text)), 'customers is never below 0, so the rule cannot fire'),
    wrong('an amount of rows that where leaves out', (text) => `${metric('metric_products.margin')(when('{ below: "5 EUR" }')(text))}    where: { currency: CHF }\n`, 'rows of EUR are left out by where, so the rule cannot fire'),
    wrong('weeks of a table of months', (text) => `${metric('metric_pacing.pace')(text)}    over: week\n    per: [brand, platform]\n`, 'metric_pacing has months: leave over out'),
    wrong('a sum that counts twice', metric('metric_pacing.pace'), 'metric_pacing has rows of each platform and of all: name platform under per or where'),
    wrong('a ratio over two tables', metric('{ ratio: [metric_mrr_days.mrr, metric_ad_days.spend_micros] }'), 'both columns of a ratio must be of one table'),
  ])('with %s is refused with its line', (_title, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ kind: 'configuration', code: 'alerts_invalid', message: expect.stringContaining(message) }));
  });
});
