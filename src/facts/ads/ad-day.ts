import { groupBy } from '../../core/group-by.ts';
import type { Fact, Values } from '../fact.ts';
import { decimalOf } from '../row-facts.ts';
import type { AdDayPlace, AdFigures } from './ad-source.ts';

/** A fact with the batch of its row. */
export interface StoredFact {
  readonly fact: Fact;
  readonly batch: string;
}

/** What a platform said of a day, as stored: rows of ad groups, rows of campaigns. */
export interface AdDayRows {
  readonly groups: readonly Values[];
  readonly campaigns: readonly Values[];
  /** Of the account. */
  readonly zone: string | null;
}

const NOTHING: AdFigures = { spendMicros: 0, impressions: 0, clicks: 0, conversions: 0n, valueMicros: 0 };

/**
 * The facts of an account's day: a row for each ad group, and one with an empty ad group for what its campaign has beyond them, so
 * that they sum up to the campaign's own figures, to the micro (sources specification, "Facts").
 */
export function adDayFacts(place: AdDayPlace, { groups, campaigns, zone }: AdDayRows): StoredFact[] {
  const { figuresOf } = place.source;
  const byCampaign = groupBy(groups, (row) => row['campaign_id'] ?? '');
  const ofGroups = groups.map((row) => factOf(place, row, zone, figuresOf(row)));
  const remainders = campaigns.flatMap((row) => {
    const own = (byCampaign.get(row['campaign_id'] ?? '') ?? []).map(figuresOf);
    const rest = own.reduce(minus, figuresOf(row));
    return isNothing(rest) && own.length > 0 ? [] : [factOf(place, row, zone, rest)];
  });
  return [...ofGroups, ...remainders];
}

function factOf({ source, account, day }: AdDayPlace, row: Values, zone: string | null, figures: AdFigures): StoredFact {
  const fact = {
    ...{ platform: source.name, account, date: day, campaign_id: row['campaign_id'] ?? '', ad_group_id: row['ad_group_id'] ?? '' },
    ...{ campaign_name: row['campaign_name'] ?? null, ad_group_name: row['ad_group_name'] ?? null, zone, currency: row['currency'] ?? '' },
    ...{ spend_micros: figures.spendMicros, impressions: figures.impressions, clicks: figures.clicks },
    ...{ claimed_conversions: figures.conversions === null ? null : decimalOf(figures.conversions), claimed_value_micros: figures.valueMicros },
    attribution: row['attribution'] ?? null,
  };
  return { fact, batch: row['lake_batch'] ?? '' };
}

/** What is not said of the whole is not said of the rest either. */
function minus(a: AdFigures, b: AdFigures): AdFigures {
  return {
    spendMicros: a.spendMicros - b.spendMicros,
    impressions: a.impressions === null ? null : a.impressions - (b.impressions ?? 0),
    clicks: a.clicks === null ? null : a.clicks - (b.clicks ?? 0),
    conversions: a.conversions === null ? null : a.conversions - (b.conversions ?? 0n),
    valueMicros: a.valueMicros === null ? null : a.valueMicros - (b.valueMicros ?? 0),
  };
}

function isNothing(figures: AdFigures): boolean {
  return (Object.keys(NOTHING) as (keyof AdFigures)[]).every((name) => (figures[name] ?? NOTHING[name]) === NOTHING[name]);
}
