import { addMonths, dateOf, instantFromMillis } from '../core/time.ts';
import { GoogleTokens } from './google-tokens.ts';
import { jsonText, literal, Simulator, type SimulatedAnswer, type SimulatedRequest } from './simulator.client.ts';

/** What an ad group did on a day; without one, a campaign of a format that has none. */
export interface GoogleFigures {
  readonly campaign: string;
  readonly adGroup?: string;
  readonly costMicros: number;
  readonly impressions?: number;
  readonly clicks?: number;
  readonly conversions?: number;
  readonly value?: number;
}

interface GoogleObject {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** Of an ad group. */
  readonly campaign?: string;
  readonly budgetMicros?: number;
}

const BATCH = 3;

/**
 * The part of the Google Ads API that hub asks: service accounts, and searchStream of a customer, reached through a manager or not.
 * An answer is an array of batches, pretty-printed, with int64 as strings; days without anything are left out.
 */
export class GoogleAdsSimulator extends Simulator {
  readonly tokens = new GoogleTokens('https://www.googleapis.com/auth/adwords');
  customer = { id: '1234567890', descriptiveName: 'Alpina', status: 'ENABLED', timeZone: 'Europe/Zurich', currencyCode: 'CHF' };
  /** Requests must come through it, if there is one. */
  manager: string | undefined;
  campaigns: GoogleObject[] = [];
  adGroups: GoogleObject[] = [];
  /** By day. */
  readonly figures = new Map<string, GoogleFigures[]>();
  /** Operations that are left of the day. */
  operations = Number.POSITIVE_INFINITY;

  /** The JSON key of the service account, as the secret has it. */
  get serviceAccount(): string {
    return this.tokens.serviceAccount(this.url);
  }

  protected answer({ method, url, headers, body }: SimulatedRequest): SimulatedAnswer {
    if (url.pathname === '/token') return this.tokens.grant(new URLSearchParams(body), this.now);
    if (!this.tokens.isGood(headers['authorization'], this.now)) return failure(401, 'UNAUTHENTICATED', {});
    const [, id] = /^\/v26\/customers\/(\d+)\/googleAds:searchStream$/.exec(url.pathname) ?? [];
    if (method !== 'POST' || id === undefined) return failure(404, 'NOT_FOUND', {});
    if (id !== this.customer.id || headers['login-customer-id'] !== this.manager) return failure(403, 'PERMISSION_DENIED', { authorizationError: 'USER_PERMISSION_DENIED' });
    if (this.operations-- <= 0) return failure(429, 'RESOURCE_EXHAUSTED', { quotaError: 'RESOURCE_EXHAUSTED' }, { quotaErrorDetails: { rateScope: 'DEVELOPER', rateName: 'Operations per day', retryDelay: '50400s' } });
    return this.#search((JSON.parse(body) as { query: string }).query);
  }

  #search(query: string): SimulatedAnswer {
    const [, resource = ''] = / FROM (\w+)/.exec(query) ?? [];
    const [, from, to] = /segments\.date BETWEEN '([\d-]+)' AND '([\d-]+)'/.exec(query) ?? [];
    const columns = /^SELECT (.*) FROM/.exec(query)?.[1]?.split(', ') ?? [];
    const oldest = addMonths(dateOf(instantFromMillis(this.now)), -37);
    if (from !== undefined && from < oldest) return failure(400, 'INVALID_ARGUMENT', { dateRangeError: 'REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED' });
    const rows = from === undefined || to === undefined ? this.#objects(resource) : [...this.figures].sort().flatMap(([day, list]) => (day >= from && day <= to ? this.#days(day, list, resource) : []));
    const results = rows.map((row) => withColumns(row, columns));
    const batches = Array.from({ length: Math.ceil(results.length / BATCH) }, (_, index) => ({ results: results.slice(index * BATCH, (index + 1) * BATCH), fieldMask: columns.join(','), requestId: 'r1' }));
    return { status: 200, body: jsonText(batches, 2) };
  }

  #objects(resource: string): Row[] {
    if (resource === 'customer') return [{ customer: { resourceName: `customers/${this.customer.id}`, ...this.customer } }];
    const list = resource === 'campaign' ? this.campaigns : this.adGroups;
    return list.map(({ id, name, status, campaign, budgetMicros }): Row => {
      if (resource !== 'campaign') return { adGroup: { id, name, status }, campaign: { id: campaign } };
      return { campaign: { id, name, status, advertisingChannelType: 'SEARCH' }, campaignBudget: { amountMicros: budgetMicros === undefined ? undefined : String(budgetMicros), period: 'DAILY' } };
    });
  }

  #days(day: string, list: readonly GoogleFigures[], resource: string): Row[] {
    const keyOf = ({ campaign, adGroup }: GoogleFigures): string | undefined => (resource === 'customer' ? this.customer.id : resource === 'campaign' ? campaign : adGroup);
    const rows = new Map<string, GoogleFigures[]>();
    for (const each of list) {
      const key = keyOf(each);
      if (key !== undefined) rows.set(key, [...(rows.get(key) ?? []), each]);
    }
    return [...rows].map(([key, some]) => {
      const sum = (name: 'costMicros' | 'impressions' | 'clicks' | 'conversions' | 'value'): number => some.reduce((total, each) => total + (each[name] ?? 0), 0);
      const metrics = { costMicros: String(sum('costMicros')), impressions: String(sum('impressions')), clicks: String(sum('clicks')), conversions: literal(fixed(sum('conversions'))), conversionsValue: literal(fixed(sum('value'))) };
      const { campaign = '' } = some[0] ?? {};
      return {
        customer: { resourceName: `customers/${this.customer.id}`, id: this.customer.id, currencyCode: this.customer.currencyCode },
        campaign: { id: campaign, name: this.campaigns.find(({ id }) => id === campaign)?.name ?? `Campaign ${campaign}` },
        ...{ adGroup: { id: key, name: this.adGroups.find(({ id }) => id === key)?.name ?? `Group ${key}` }, metrics, segments: { date: day } },
      };
    });
  }
}

type Row = Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;

/** The members that a query selects, by their names in it. */
function withColumns(row: Row, columns: readonly string[]): object {
  const found: Record<string, Record<string, string | undefined>> = {};
  for (const column of columns) {
    const [resource = '', name = ''] = column.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase()).split('.');
    const value = row[resource]?.[name];
    if (value !== undefined) found[resource] = { ...found[resource], [name]: value };
  }
  return found;
}

/** As a floating number shows: `2.0`, `0.3333333333333333`. */
function fixed(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function failure(code: number, status: string, errorCode: object, details: object = {}): SimulatedAnswer {
  const failed = { '@type': 'type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure', errors: [{ errorCode, message: 'Refused.', details }], requestId: 'r1' };
  return { status: code, body: JSON.stringify({ error: { code, status, message: 'Refused.', details: [failed] } }, null, 2) };
}
