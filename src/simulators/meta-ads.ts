import { addDays, type LocalDate } from '../core/time.ts';
import { daySlices } from '../sources/api/slices.ts';
import { jsonText, literal, Simulator, type SimulatedAnswer, type SimulatedRequest } from './simulator.client.ts';

/** What an ad set, or a campaign beyond its ad sets, did on a day. */
export interface MetaFigures {
  readonly campaign: string;
  /** None: of the campaign alone. */
  readonly adSet?: string;
  /** In micros, of which Meta prints a decimal. */
  readonly spend: number;
  readonly impressions?: number;
  readonly clicks?: number;
  readonly purchases?: number;
  readonly value?: number;
}

interface MetaObject {
  readonly id: string;
  readonly effective_status: string;
  readonly [field: string]: unknown;
}

/** How the next reports go: so many polls before they are completed, so many refusals of their result after that. */
export interface ReportPlan {
  readonly running?: number;
  readonly notReady?: number;
  readonly fails?: 'Job Skipped' | { readonly error_code: number; readonly error_subcode: number };
}

interface Report {
  readonly rows: readonly object[];
  readonly plan: ReportPlan;
  polls: number;
  results: number;
}

const MICROS = 1_000_000;

/**
 * The part of the Marketing API that hub asks: report runs of insights by day with cursors, campaigns, ad sets, the account.
 * What is deleted shows only to whom asks for it by status; a report has the figures of the moment in which it was made.
 */
export class MetaAdsSimulator extends Simulator {
  token = 'simulated-system-user';
  version = 'v26.0';
  readonly account = { account_id: '1122334455', name: 'Alpina', account_status: 1, currency: 'CHF', timezone_name: 'Europe/Zurich' };
  campaigns: MetaObject[] = [];
  adSets: MetaObject[] = [];
  /** By day. */
  readonly figures = new Map<string, MetaFigures[]>();
  /** Used up one by one; then reports are completed with the second poll. */
  plans: ReportPlan[] = [];
  /** A report of more days is refused as too much data. */
  mostDays = Number.POSITIVE_INFINITY;
  /** Percent of its limit, in the headers of each answer. */
  usage = 0;
  readonly #reports = new Map<string, Report>();

  /** The ids of the reports that were made, in their order. */
  get reports(): readonly string[] {
    return [...this.#reports.keys()];
  }

  protected answer(request: SimulatedRequest): SimulatedAnswer {
    const { method, url, headers, body } = request;
    if (headers['authorization'] !== `Bearer ${this.token}`) return this.#failure(400, { code: 190, error_subcode: 463, type: 'OAuthException', message: 'Error validating access token' });
    const [, object = '', edge] = /^\/v26\.0\/([^/]+)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    const report = this.#reports.get(object);
    if (report !== undefined) return edge === 'insights' ? this.#result(report, url) : this.#state(object, report);
    if (object !== `act_${this.account.account_id}`) return this.#failure(400, { code: 100, error_subcode: 33, message: `Unsupported get request. Object with ID '${object}' does not exist` });
    if (edge === undefined) return this.#good({ ...this.account, id: object });
    if (edge === 'insights' && method === 'POST') return this.#create(new URLSearchParams(body));
    const objects = edge === 'campaigns' ? this.campaigns : edge === 'adsets' ? this.adSets : undefined;
    if (objects === undefined) return this.#failure(400, { code: 100, message: 'Unsupported get request.' });
    const statuses = JSON.parse(url.searchParams.get('effective_status') ?? '["ACTIVE","PAUSED"]') as string[];
    const fields = (url.searchParams.get('fields') ?? 'id').split(',');
    const chosen = objects.filter((each) => statuses.includes(each.effective_status)).map((each) => Object.fromEntries(fields.flatMap((name) => (each[name] === undefined ? [] : [[name, each[name]]]))));
    return this.#page(chosen, url);
  }

  #create(form: URLSearchParams): SimulatedAnswer {
    const range = JSON.parse(form.get('time_range') ?? '{}') as { since: LocalDate; until: LocalDate };
    const days = daySlices(range.since, addDays(range.until, 1), 1).map(([day]) => day);
    const unknown = (form.get('fields') ?? '').split(',').find((name) => name.endsWith('d_spend'));
    if (unknown !== undefined) return this.#failure(400, { code: 100, message: `(#100) ${unknown} is not valid for fields param.` });
    if (days.length > this.mostDays) return this.#failure(400, { code: 100, error_subcode: 1_487_534, message: "Please reduce the amount of data you're asking for, then retry your request" });
    const id = String(6_100_000_000_001 + this.#reports.size);
    const level = form.get('level') ?? '';
    const statuses = (JSON.parse(form.get('filtering') ?? '[]') as { value: string[] }[])[0]?.value ?? ['ACTIVE', 'PAUSED'];
    this.#reports.set(id, { rows: days.flatMap((day) => this.#rows(day, level, statuses)), plan: this.plans.shift() ?? { running: 1 }, polls: 0, results: 0 });
    return this.#good({ report_run_id: id });
  }

  #state(id: string, report: Report): SimulatedAnswer {
    const { running = 0, fails } = report.plan;
    const base = { id, account_id: this.account.account_id };
    if (report.polls++ < running) return this.#good({ ...base, async_status: 'Job Running', async_percent_completion: 40 });
    if (fails === undefined) return this.#good({ ...base, async_status: 'Job Completed', async_percent_completion: 100 });
    return this.#good({ ...base, async_percent_completion: 40, ...(fails === 'Job Skipped' ? { async_status: fails } : { async_status: 'Job Failed', ...fails, error_message: 'Report Failed' }) });
  }

  #result(report: Report, url: URL): SimulatedAnswer {
    if (report.results++ < (report.plan.notReady ?? 0)) return this.#failure(400, { code: 100, error_subcode: 1_815_107, message: 'Error accessing adreport job' });
    return this.#page(report.rows, url);
  }

  #page(rows: readonly object[], url: URL): SimulatedAnswer {
    const limit = Number(url.searchParams.get('limit') ?? 25);
    const start = Number(Buffer.from(url.searchParams.get('after') ?? '', 'base64').toString() || '0');
    const end = start + limit;
    const cursor = (place: number): string => Buffer.from(String(place)).toString('base64');
    // The next URL carries the token, which must not be followed nor stored.
    const next = new URL(url);
    next.searchParams.set('access_token', this.token);
    next.searchParams.set('after', cursor(end));
    return this.#good({ data: rows.slice(start, end), paging: { cursors: { before: cursor(start), after: cursor(Math.min(end, rows.length)) }, ...(end < rows.length ? { next: next.href } : {}) } });
  }

  /** Rows of a day at a level, summed up. */
  #rows(day: string, level: string, statuses: readonly string[]): object[] {
    const objects = level === 'adset' ? this.adSets : this.campaigns;
    const keyOf = ({ campaign, adSet }: MetaFigures): string | undefined => (level === 'account' ? this.account.account_id : level === 'campaign' ? campaign : adSet);
    const rows = new Map<string, MetaFigures[]>();
    for (const each of this.figures.get(day) ?? []) {
      const key = keyOf(each);
      const status = objects.find(({ id }) => id === key)?.effective_status ?? 'ACTIVE';
      if (key !== undefined && (level === 'account' || statuses.includes(status))) rows.set(key, [...(rows.get(key) ?? []), each]);
    }
    return [...rows].map(([key, list]) => this.#row(day, level, key, list));
  }

  #row(day: string, level: string, key: string, list: readonly MetaFigures[]): object {
    const sum = (name: 'spend' | 'impressions' | 'clicks' | 'purchases' | 'value'): number => list.reduce((total, each) => total + (each[name] ?? 0), 0);
    const { campaign = '' } = list[0] ?? {};
    const action = (value: string): object[] => [{ action_type: 'link_click', value: '3' }, { action_type: 'omni_purchase', value }];
    return {
      ...{ account_id: this.account.account_id, account_currency: this.account.currency, attribution_setting: '7d_click_1d_view' },
      ...(level === 'account' ? {} : { campaign_id: campaign, campaign_name: this.#nameOf(campaign) ?? `Campaign ${campaign}` }),
      ...(level === 'adset' ? { adset_id: key, adset_name: this.#nameOf(key) ?? `Ad set ${key}` } : {}),
      ...{ spend: decimalOf(sum('spend')), impressions: String(sum('impressions')), clicks: literal(String(sum('clicks'))) },
      ...(sum('purchases') === 0 ? {} : { actions: action(String(sum('purchases'))), action_values: action(decimalOf(sum('value'))) }),
      ...{ date_start: day, date_stop: day },
    };
  }

  #nameOf(id: string): unknown {
    return [...this.campaigns, ...this.adSets].find((each) => each.id === id)?.['name'];
  }

  #good(body: object): SimulatedAnswer {
    return { status: 200, headers: this.#headers(), body: jsonText(body) };
  }

  #failure(status: number, error: object): SimulatedAnswer {
    return { status, headers: this.#headers(), body: JSON.stringify({ error: { ...error, fbtrace_id: 'AbC' } }) };
  }

  #headers(): Record<string, string> {
    const usage = [{ type: 'ads_insights', call_count: this.usage, total_cputime: 1, total_time: 1, estimated_time_to_regain_access: this.usage >= 100 ? 7 : 0 }];
    return { 'facebook-api-version': this.version, 'x-business-use-case-usage': JSON.stringify({ [this.account.account_id]: usage }) };
  }
}

/** Micros as a decimal with at least two places. */
function decimalOf(micros: number): string {
  const places = String(micros % MICROS).padStart(6, '0').replace(/0{1,4}$/, '');
  return `${Math.floor(micros / MICROS)}.${places}`;
}
