import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { readConfigFile } from '../../src/config-file.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

const RATES = 'source: the bank\n    date: 2026-03-31\n    base: EUR\n';

function fileWith(metrics: string): string {
  const file = join(temporaryFolder('rates'), 'hub.config.yaml');
  writeFileSync(file, `brands:\n  - id: alpina\n    name: Alpina\nmetrics:\n  ${metrics}`);
  return file;
}

test('rates are read as the decimals that they are written as', () => {
  expect(readConfigFile(fileWith(`rates:\n    ${RATES}    rates: {CHF: 1.0712, JPY: "0.00610"}\n`)).metrics.rates).toMatchObject({ base: 'EUR', rates: { CHF: '1.0712', JPY: '0.0061' } });
  expect(readConfigFile(fileWith('prices_include_tax: false\n')).metrics.rates).toBeUndefined();
});

test.each([
  ['a rate that is none', `rates:\n    ${RATES}    rates: {CHF: 0}\n`, /:9: "metrics\.rates\.rates\.CHF" must be a decimal above 0/],
  ['a currency that there is not', `rates:\n    ${RATES}    rates:\n      XXY: 2\n`, /:10: "metrics\.rates\.rates\.XXY" is no currency of ISO 4217/],
  ['the base among the rates', `rates:\n    ${RATES}    rates: {EUR: 1}\n`, /:9: "metrics\.rates\.rates\.EUR" is the base itself/],
  ['a date that is none', `rates:\n    source: the bank\n    date: 2026-02-30\n    base: EUR\n    rates: {}\n`, /:7: "metrics\.rates\.date" must be a date/],
  ['a key that is misspelt', `rates:\n    ${RATES}    ratez: {CHF: 1}\n`, /:9: "metrics\.rates\.ratez" is no key that belongs here\. Did you mean rates\?/],
  ['a key of metrics that is misspelt', 'price_includes_tax: true\n', /:5: "metrics\.price_includes_tax" is no key that belongs here\. Did you mean prices_include_tax\?/],
])('%s is a message with its line', (_, metrics, message) => {
  expect(() => readConfigFile(fileWith(metrics))).toThrow(message);
});
