import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Structure } from '../../src/enriched/rules/conditions.ts';
import { contractOf } from '../../src/enriched/rules/facts.ts';
import { factNamed } from '../../src/enriched/rules/question.ts';
import type { Rules } from '../../src/enriched/rules/rules.ts';
import { compare, type FactAccuracy } from './compared.ts';

interface Label {
  readonly text: string;
  readonly expect: string;
  readonly structure?: Structure;
  readonly held_out: boolean;
}

/** Measures the rules against the labelled texts of a folder, those that the rules were written with and the others. */
export async function measureLabels(rules: Rules, folder: string): Promise<FactAccuracy[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const measured = await Promise.all(
    files.map(async (name) => {
      const fact = factNamed(name.replace(/\.json$/, ''));
      const labels = JSON.parse(await readFile(join(folder, name), 'utf8')) as Label[];
      const of = (heldOut: boolean) =>
        labels
          .filter((label) => label.held_out === heldOut)
          .map(({ text, expect, structure }) => ({ text, expect, got: rules.of(fact).classify(text, structure).value }));
      const { fallback } = contractOf(fact);
      return [compare(fact, 'labels', of(false), fallback), compare(fact, 'held-out labels', of(true), fallback)];
    }),
  );
  return measured.flat();
}
