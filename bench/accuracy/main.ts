import { fileURLToPath } from 'node:url';

import { Command } from 'commander';

import { readRuleSources } from '../../src/enriched/rules/rules.client.ts';
import { compileRules } from '../../src/enriched/rules/rules.ts';
import { textTable } from '../../src/cli/table.ts';
import type { FactAccuracy } from './compared.ts';
import { measureLabels } from './labels.client.ts';
import { measureTruth } from './truth.client.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** "No wrong class at all, and unclassified below 2 %" of the wordings that the specification lists. */
const MOST_MISSED = 0.02;
const MOST_MISTAKES = 12;

const options = new Command('accuracy')
  .description('Measures the shipped rules against labelled texts and the truth of a generated lake.')
  .option('--lake <folder>', 'a lake made by npm run generate', `${ROOT}fixtures/lake`)
  .option('--output <form>', 'text or json', 'text')
  .parse()
  .opts<{ lake: string; output: string }>();

const sources = await readRuleSources(`${ROOT}config/rules`);
const known = (hashes: readonly string[]) =>
  compileRules(sources.map((source) => ({ ...source, text: source.text.replace(/^( +)email_sha256:$/m, (line, indent: string) => [line, ...hashes.map((hash) => `${indent}  - ${hash}`)].join('\n')) })));
const measured = [...(await measureLabels(known([]), `${ROOT}test/labels`)), ...(await measureTruth(known, options.lake))];
const failed = measured.filter(({ source, accuracy }) => !source.includes('unlisted') && (accuracy.wrong.length > 0 || accuracy.missedShare >= MOST_MISSED));
process.stdout.write(`${options.output === 'json' ? JSON.stringify(measured) : asText(measured)}\n`);
process.exitCode = failed.length > 0 ? 3 : 0;

function asText(all: readonly FactAccuracy[]): string {
  const right = (title: string) => ({ title, align: 'right' as const });
  const rows = all.map(({ fact, source, accuracy }) => [
    ...[fact, source, accuracy.total, accuracy.right, accuracy.wrong.length, accuracy.missed.length],
    percent(accuracy.missedShare),
  ]);
  const summary = textTable([{ title: 'fact' }, { title: 'measured against' }, right('total'), right('right'), right('wrong'), right('missed'), right('missed part')], rows);
  const classes = all.flatMap(({ fact, source, accuracy }) =>
    Object.entries(accuracy.classes).map(([value, { labelled, precision, recall }]) => [fact, source, value, labelled, percent(precision), percent(recall)]),
  );
  const perClass = textTable([{ title: 'fact' }, { title: 'measured against' }, { title: 'value' }, right('labelled'), right('precision'), right('recall')], classes);
  const mistakes = all.flatMap(({ fact, source, accuracy }) =>
    [...accuracy.wrong, ...accuracy.missed].slice(0, MOST_MISTAKES).map(({ text, expect, got }) => `  ${fact} (${source}): "${text}" is ${expect}, not ${got}`),
  );
  return [summary, '', perClass, ...(mistakes.length > 0 ? ['', 'Mistakes:', ...mistakes] : [])].join('\n');
}

function percent(part: number | null): string {
  return part === null ? '–' : `${(part * 100).toFixed(part === 0 || part === 1 ? 0 : 2)} %`;
}
