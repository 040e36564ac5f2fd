import { compareText } from '../../../core/compare.ts';
import { groupBy } from '../../../core/group-by.ts';
import type { Block, Column, Section, Value } from '../declare/page.ts';
import { adFinality } from '../read/ad-finality.ts';
import { readAds, type AdRow } from '../read/marketing.repository.ts';
import { AD_DAYS, adRange, FIGURES, figuresOf, groupsOf, ROAS } from './ads.ts';

const COLUMNS: readonly Column[] = [...['Platform', 'Campaign', 'Ad group'].map((title): Column => ({ name: title.toLowerCase().replace(' ', '_'), title, kind: 'text' })), ...FIGURES];
const ALL_GROUPS = 'all';
/** Chains, net revenue and measured ROAS: of an ad group nobody knows them. */
const MEASURED = 3;
const SPEND = 0;

/** What each campaign cost and brought, and what platforms say of its ad groups. */
export const campaignsAndGroups: Section = {
  name: 'campaigns-and-ad-groups',
  title: `Campaigns and ad groups, last ${AD_DAYS} days`,
  definition: `${ROAS} Chains know their campaign and no ad group: what they brought stands with the campaign, whose ad groups follow under it.`,
  unit: 'amounts of the currency of the ad accounts; ROAS as a multiple',
  async read(tx, view) {
    const { from, to } = adRange(view);
    const blocks = groupsOf(await readAds(tx, view.brands, from, to)).map(([scope, currency, own]): Block => {
      const campaigns = [...groupBy(own, ({ platform, campaignId }) => JSON.stringify([platform, campaignId])).values()].map((some) => ({ some, figures: figuresOf(some, currency) }));
      const sorted = campaigns.sort((a, b) => Number(b.figures[SPEND]) - Number(a.figures[SPEND]) || compareText(nameOf(a.some), nameOf(b.some)));
      return { scope, currency, columns: COLUMNS, rows: sorted.flatMap(({ some, figures }) => rowsOf(some, figures, currency)), shown: { rows: 40, from: 'start' } };
    });
    return { blocks, coverage: await adFinality(tx, view) };
  },
};

function rowsOf(rows: readonly AdRow[], figures: readonly Value[], currency: string): Value[][] {
  const [first] = rows;
  if (first === undefined) return [];
  const key = [first.platform, first.campaign];
  const groups = [...groupBy(rows.filter(({ adGroupId }) => adGroupId !== ''), ({ adGroupId }) => adGroupId).values()].map((some): Value[] => [...key, some[0]?.adGroup ?? '', ...figuresOf(some, currency).slice(0, -MEASURED), ...Array<null>(MEASURED).fill(null)]);
  const at = key.length + 1 + SPEND;
  return [[...key, ALL_GROUPS, ...figures], ...groups.sort((a, b) => Number(b[at]) - Number(a[at]) || compareText(String(a[key.length]), String(b[key.length])))];
}

function nameOf(rows: readonly AdRow[]): string {
  return rows[0]?.campaign ?? '';
}
