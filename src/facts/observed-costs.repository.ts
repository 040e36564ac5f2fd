import { groupBy } from '../core/group-by.ts';
import { parseDecimal } from '../core/decimal.ts';
import { textOf } from '../db/dialect.ts';
import type { RawTarget, RowFacts } from '../raw/store/raw-target.ts';
import { noteFactChanges } from './fact-changes.repository.ts';
import { factTables } from './fact-tables.ts';
import { valuesOfText } from './fact.ts';
import { observedCost, type KnownCost } from './shop-goods.ts';
import { writeFacts } from './write-facts.repository.ts';

const SKUS_PER_QUERY = 500;
const { productCosts } = factTables;

/** Costs as shops say them, each from the day on which it was seen. What goes away leaves its history. */
export const observedCosts: RowFacts = {
  async take(target, written) {
    const rows = written.map(({ text, batch }) => ({ values: valuesOfText(target.entity, text), batch }));
    const known = await knownCosts(target, [...new Set(rows.flatMap(({ values }) => values['sku'] ?? []))].sort());
    const facts = new Map(rows.flatMap(({ values, batch }) => {
      const fact = observedCost(values, batch, known.get(values['sku'] ?? '') ?? []);
      return fact === undefined ? [] : [[`${String(fact['sku'])}\t${String(fact['currency'])}`, { fact, batch }] as const];
    }));
    if (facts.size === 0) return;
    await writeFacts(target, productCosts, [...facts.values()]);
    await noteFactChanges(target, [...facts.values()].map(({ fact }) => ({ brand: target.brand, fact: productCosts.name, period: String(fact['valid_from']).slice(0, 'YYYY-MM'.length) })));
  },
};

async function knownCosts({ database, tx, brand }: RawTarget, skus: readonly string[]): Promise<Map<string, KnownCost[]>> {
  const found: (KnownCost & { readonly sku: string })[] = [];
  for (let start = 0; start < skus.length; start += SKUS_PER_QUERY) {
    const some = skus.slice(start, start + SKUS_PER_QUERY);
    const rows = await database.dialect.selectRows(tx, `select sku, currency, valid_from, unit_cost, source from ${productCosts.name} where brand = ? and sku in (${some.map(() => '?').join(', ')})`, [brand, ...some]);
    for (const row of rows) {
      const [sku = '', currency = '', from = '', cost = '', source = ''] = row.map((value) => textOf(value) ?? '');
      found.push({ sku, currency, valid_from: from, unit_cost: parseDecimal(cost) ?? cost, source });
    }
  }
  return groupBy(found, ({ sku }) => sku);
}
