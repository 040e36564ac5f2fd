import { gzipSync } from 'node:zlib';

import { addDays, dateOf, instantFromMillis, toIso, type LocalDate } from '../core/time.ts';
import { daySlices } from '../sources/api/slices.ts';
import { jsonText, literal, Simulator, type SimulatedAnswer, type SimulatedRequest } from './simulator.client.ts';

export type AmazonProduct = 'SPONSORED_PRODUCTS' | 'SPONSORED_BRANDS' | 'SPONSORED_DISPLAY';

/** What an ad group of Sponsored Products, or a campaign of another kind, did on a day. */
export interface AmazonFigures {
  readonly product: AmazonProduct;
  readonly campaign: string;
  /** Default: made of the id. */
  readonly name?: string;
  readonly adGroup?: string;
  /** As it stands in the file: a number with whatever digits. */
  readonly cost: string;
  readonly impressions?: number;
  readonly clicks?: number;
  readonly purchases?: number;
  readonly sales?: string;
  readonly status?: string;
  readonly budget?: string;
}

/** How the next reports go: so many polls before they are completed, then so many that are completed without a URL. */
export interface AmazonReportPlan {
  readonly pending?: number;
  readonly withoutUrl?: number;
  readonly fails?: true;
}

interface Report {
  readonly body: string;
  readonly rows: readonly object[];
  readonly plan: AmazonReportPlan;
  polls: number;
  status: 'PENDING' | 'PROCESSING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';
}

interface ReportRequest {
  readonly startDate: LocalDate;
  readonly endDate: LocalDate;
  readonly configuration: { readonly adProduct: AmazonProduct; readonly reportTypeId: string; readonly groupBy: readonly string[]; readonly columns: readonly string[] };
}

const TOKEN_LIFE_S = 3_600;
const URL_LIFE_MS = 3_600_000;
const MOST_DAYS = 31;
const COMMON = ['date', 'campaignId', 'campaignName', 'campaignBudgetAmount', 'campaignBudgetCurrencyCode', 'cost', 'impressions', 'clicks', 'campaignStatus'];
/** Of each report: its columns, and for how many days back it tells. */
const REPORTS: Readonly<Record<AmazonProduct, { readonly typeId: string; readonly columns: readonly string[]; readonly keptDays: number }>> = {
  SPONSORED_PRODUCTS: { typeId: 'spCampaigns', keptDays: 95, columns: [...COMMON, 'campaignBudgetType', 'adGroupId', 'adGroupName', 'purchases14d', 'sales14d'] },
  SPONSORED_BRANDS: { typeId: 'sbCampaigns', keptDays: 60, columns: [...COMMON, 'campaignBudgetType', 'purchases', 'sales'] },
  SPONSORED_DISPLAY: { typeId: 'sdCampaigns', keptDays: 65, columns: [...COMMON, 'purchases', 'sales'] },
};

/** Where files lie: another host, which must be sent no credentials. */
class FileHost extends Simulator {
  readonly files = new Map<string, { readonly bytes: Buffer; readonly until: number }>();

  protected answer({ url, headers }: SimulatedRequest): SimulatedAnswer {
    const file = this.files.get(url.pathname);
    if (headers['authorization'] !== undefined || headers['amazon-advertising-api-scope'] !== undefined) return { status: 400, body: '<Error><Code>InvalidArgument</Code></Error>' };
    if (file === undefined || this.now > file.until) return { status: 403, body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>' };
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: file.bytes };
  }
}

/**
 * The part of the Amazon Ads API that hub asks: tokens by refresh token, a profile, and reports of days, which are made one at a time
 * of the same kind and lie as files at another host. A report has the figures of the moment in which it was asked for.
 */
export class AmazonAdsSimulator extends Simulator {
  refreshToken = 'Atzr|simulated';
  readonly application = { id: 'amzn1.application-oa2-client.simulated', secret: 'simulated-secret' };
  readonly profile = { profileId: 9_007_199_254_740_993n, countryCode: 'DE', currencyCode: 'EUR', timezone: 'Europe/Paris', accountInfo: { marketplaceStringId: 'A1PA6795UKMFR9', id: 'ENTITY1', type: 'seller', name: 'Alpina' } };
  /** By day. */
  readonly figures = new Map<string, AmazonFigures[]>();
  /** Used up one by one; then reports are completed with the second poll. */
  plans: AmazonReportPlan[] = [];
  readonly files = new FileHost();
  readonly cancelled: string[] = [];
  tokens = 0;
  readonly #reports = new Map<string, Report>();
  #tokenUntil = 0;

  /** The ids of the reports that were made, in their order. */
  get reports(): readonly string[] {
    return [...this.#reports.keys()];
  }

  override async start(): Promise<this> {
    await this.files.start();
    return super.start();
  }

  override async close(): Promise<void> {
    await this.files.close();
    await super.close();
  }

  protected answer({ method, url, headers, body }: SimulatedRequest): SimulatedAnswer {
    if (url.pathname === '/auth/o2/token') return this.#grant(new URLSearchParams(body));
    if (headers['authorization'] !== `Bearer Atza|${this.tokens}` || this.now > this.#tokenUntil) return failure(401, 'details', 'Not authorized');
    if (headers['amazon-advertising-api-clientid'] !== this.application.id || headers['amazon-advertising-api-scope'] !== String(this.profile.profileId)) return failure(401, 'details', 'Not authorized to access scope');
    if (url.pathname === `/v2/profiles/${this.profile.profileId}`) return good({ ...this.profile, profileId: literal(String(this.profile.profileId)) });
    if (method === 'POST' && url.pathname === '/reporting/reports') return this.#create(headers['content-type'] ?? '', body);
    const [, id = ''] = /^\/reporting\/reports\/([^/]+)$/.exec(url.pathname) ?? [];
    const report = this.#reports.get(id);
    if (report === undefined) return failure(404, 'details', 'Report not found');
    return method === 'DELETE' ? this.#cancel(id, report) : this.#state(id, report);
  }

  #grant(form: URLSearchParams): SimulatedAnswer {
    if (form.get('refresh_token') !== this.refreshToken || form.get('client_secret') !== this.application.secret) return { status: 400, body: '{"error":"invalid_grant","error_description":"The request has an invalid grant parameter : refresh_token"}' };
    this.#tokenUntil = this.now + TOKEN_LIFE_S * 1_000;
    return good({ access_token: `Atza|${++this.tokens}`, refresh_token: this.refreshToken, token_type: 'bearer', expires_in: TOKEN_LIFE_S });
  }

  #create(type: string, body: string): SimulatedAnswer {
    if (type !== 'application/vnd.createasyncreportrequest.v3+json') return failure(415, 'detail', 'Cannot consume content type');
    const { startDate, endDate, configuration } = JSON.parse(body) as ReportRequest;
    const kind = REPORTS[configuration.adProduct];
    const unknown = configuration.columns.filter((column) => !kind.columns.includes(column));
    if (unknown.length > 0 || configuration.reportTypeId !== kind.typeId) return failure(400, 'detail', `configuration columns includes invalid values: (${unknown.join(', ')}). Allowed values: (${kind.columns.join(', ')})`);
    const days = daySlices(startDate, addDays(endDate, 1), 1).map(([day]) => day);
    const oldest = addDays(dateOf(instantFromMillis(this.now)), -kind.keptDays);
    if (days.length === 0 || days.length > MOST_DAYS || startDate < oldest) return failure(400, 'detail', 'startDate to endDate range must not exceed the retention or 31 days');
    const running = [...this.#reports].find(([, report]) => report.body === body && (report.status === 'PENDING' || report.status === 'PROCESSING'));
    if (running !== undefined) return failure(425, 'detail', `The Request is a duplicate of : ${running[0]}`);
    const id = `9f3c2a10-5b1e-4d2f-8a77-${String(this.#reports.size + 1).padStart(12, '0')}`;
    const rows = days.flatMap((day) => this.#rows(day, configuration));
    this.#reports.set(id, { body, rows, plan: this.plans.shift() ?? { pending: 1 }, polls: 0, status: 'PENDING' });
    return good({ reportId: id, status: 'PENDING', startDate, endDate });
  }

  #state(id: string, report: Report): SimulatedAnswer {
    const { pending = 0, withoutUrl = 0, fails } = report.plan;
    const poll = report.polls++;
    if (report.status === 'CANCELLED') return good({ reportId: id, status: 'CANCELLED' });
    report.status = poll < pending ? (poll === 0 ? 'PENDING' : 'PROCESSING') : fails === true ? 'FAILED' : 'COMPLETED';
    if (report.status === 'FAILED') return good({ reportId: id, status: 'FAILED', failureReason: 'Internal error' });
    if (report.status !== 'COMPLETED' || poll < pending + withoutUrl) return good({ reportId: id, status: report.status, url: null });
    const path = `/${id}-${poll}.json.gz`;
    this.files.files.set(path, { bytes: gzipSync(jsonText(report.rows)), until: this.now + URL_LIFE_MS });
    this.files.now = this.now;
    return good({ reportId: id, status: 'COMPLETED', url: `${this.files.url}${path}?X-Amz-Signature=simulated`, urlExpiresAt: toIso(instantFromMillis(this.now + URL_LIFE_MS)) });
  }

  #cancel(id: string, report: Report): SimulatedAnswer {
    if (report.status === 'COMPLETED') return failure(400, 'detail', 'Report has been completed');
    report.status = 'CANCELLED';
    this.cancelled.push(id);
    return good({ reportId: id, status: 'CANCELLED' });
  }

  /** What was not shown is left out; of what is asked for by ad group each has a row. */
  #rows(day: string, { adProduct, groupBy, columns }: ReportRequest['configuration']): object[] {
    const own = (this.figures.get(day) ?? []).filter(({ product }) => product === adProduct);
    return own.filter(({ adGroup }) => !groupBy.includes('adGroup') || adGroup !== undefined).map((each) => Object.fromEntries(Object.entries(this.#row(day, each)).filter(([name]) => columns.includes(name))));
  }

  #row(day: string, { product, campaign, name, adGroup, cost, impressions = 0, clicks = 0, purchases = 0, sales = '0.0', status = 'ENABLED', budget = '25.0' }: AmazonFigures): Readonly<Record<string, unknown>> {
    const claimed = product === 'SPONSORED_PRODUCTS' ? { purchases14d: purchases, sales14d: literal(sales) } : { purchases, sales: literal(sales) };
    return {
      ...{ date: day, campaignId: literal(campaign), campaignName: name ?? `Campaign ${campaign}`, campaignStatus: status, campaignBudgetAmount: literal(budget), campaignBudgetType: 'DAILY_BUDGET', campaignBudgetCurrencyCode: this.profile.currencyCode },
      ...(adGroup === undefined ? {} : { adGroupId: literal(adGroup), adGroupName: `Group ${adGroup}` }),
      ...{ impressions, clicks, cost: literal(cost), ...claimed },
    };
  }
}

function good(body: object): SimulatedAnswer {
  return { status: 200, body: jsonText(body) };
}

function failure(status: number, member: 'detail' | 'details', text: string): SimulatedAnswer {
  return { status, body: JSON.stringify({ code: String(status), [member]: text }) };
}
