import { GoogleTokens } from './google-tokens.ts';
import { Simulator, type SimulatedAnswer, type SimulatedRequest } from './simulator.client.ts';

/** Sessions of a day from somewhere. */
export interface WebVisits {
  readonly channel: string;
  readonly source: string;
  readonly medium: string;
  readonly campaign: string;
  readonly sessions: number;
  readonly engaged?: number;
  readonly keyEvents?: number;
  /** As it stands in the answer. */
  readonly revenue?: string;
}

interface ReportRequest {
  readonly dateRanges: readonly [{ readonly startDate: string; readonly endDate: string }];
  readonly dimensions?: readonly { readonly name: string }[];
  readonly metrics: readonly { readonly name: string }[];
  readonly limit?: string;
  readonly offset?: string;
  readonly returnPropertyQuota?: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight Pacific time, in winter. */
const QUOTA_DAY_BEGINS_MS = 8 * HOUR_MS;
const USUAL_ROWS = 10_000;
const DIMENSIONS = new Set(['date', 'sessionDefaultChannelGroup', 'sessionSource', 'sessionMedium', 'sessionCampaignName']);

/**
 * The part of the Analytics Data API that hub asks: service accounts, and runReport of a property, with positional rows, pages by
 * offset, what it says of its own figures, and tokens that a report takes of the hour and of the day.
 */
export class Ga4Simulator extends Simulator {
  readonly tokens = new GoogleTokens('https://www.googleapis.com/auth/analytics.readonly');
  readonly property = '987654321';
  timeZone = 'Europe/Zurich';
  currencyCode = 'CHF';
  /** By day. */
  readonly visits = new Map<string, WebVisits[]>();
  /** What is said of the reports of a day. */
  readonly flaws = new Map<string, { readonly sampled?: true; readonly thresholded?: true; readonly otherRow?: true }>();
  tokensPerHour = 40_000;
  tokensPerDay = 200_000;
  /** Of each report. */
  cost = 10;
  #hour = { begins: 0, used: 0 };
  #day = { begins: 0, used: 0 };

  /** The JSON key of the service account, as the secret has it. */
  get serviceAccount(): string {
    return this.tokens.serviceAccount(this.url);
  }

  protected answer({ method, url, headers, body }: SimulatedRequest): SimulatedAnswer {
    if (url.pathname === '/token') return this.tokens.grant(new URLSearchParams(body), this.now);
    if (!this.tokens.isGood(headers['authorization'], this.now)) return failure(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    if (method !== 'POST' || !url.pathname.endsWith(':runReport')) return failure(404, 'NOT_FOUND', 'Method not found.');
    if (url.pathname !== `/v1beta/properties/${this.property}:runReport`) return failure(403, 'PERMISSION_DENIED', 'User does not have sufficient permissions for this property.');
    return this.#quotaRefusal() ?? this.#report(JSON.parse(body) as ReportRequest);
  }

  #quotaRefusal(): SimulatedAnswer | undefined {
    const [hour, day] = [Math.floor(this.now / HOUR_MS), Math.floor((this.now - QUOTA_DAY_BEGINS_MS) / DAY_MS)];
    if (this.#hour.begins !== hour) this.#hour = { begins: hour, used: 0 };
    if (this.#day.begins !== day) this.#day = { begins: day, used: 0 };
    if (this.#day.used >= this.tokensPerDay) return failure(429, 'RESOURCE_EXHAUSTED', 'Exhausted property tokens per day. These quota tokens will return in under 24 hours.');
    if (this.#hour.used >= this.tokensPerHour) return failure(429, 'RESOURCE_EXHAUSTED', 'Exhausted property tokens for a project per hour. These quota tokens will return in under an hour.');
    this.#hour.used += this.cost;
    this.#day.used += this.cost;
    return undefined;
  }

  #report({ dateRanges, dimensions = [], metrics, limit, offset, returnPropertyQuota }: ReportRequest): SimulatedAnswer {
    const unknown = dimensions.find(({ name }) => !DIMENSIONS.has(name));
    if (unknown !== undefined) return failure(400, 'INVALID_ARGUMENT', `Please remove ${unknown.name} to make the request compatible.`);
    const [{ startDate, endDate }] = dateRanges;
    const rows = [...this.visits].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([day, visits]) => (day >= startDate && day <= endDate ? visits.map((each) => rowOf(day, each)) : []));
    const start = Number(offset ?? 0);
    const page = rows.slice(start, start + Number(limit ?? USUAL_ROWS)).map((row) => ({ dimensionValues: valuesAt(row, dimensions), metricValues: valuesAt(row, metrics) }));
    const answer = {
      ...{ dimensionHeaders: dimensions, metricHeaders: metrics.map(({ name }) => ({ name, type: 'TYPE_INTEGER' })) },
      // What is empty is left out.
      ...(page.length === 0 ? {} : { rows: page }),
      ...(rows.length === 0 ? {} : { rowCount: rows.length }),
      metadata: { ...this.#flawsOf(startDate), currencyCode: this.currencyCode, timeZone: this.timeZone },
      ...(returnPropertyQuota === true ? { propertyQuota: this.#quota() } : {}),
      kind: 'analyticsData#runReport',
    };
    return { status: 200, body: JSON.stringify(answer, null, 2) };
  }

  #flawsOf(day: string): object {
    const { sampled, thresholded, otherRow } = this.flaws.get(day) ?? {};
    return { ...(otherRow === true ? { dataLossFromOtherRow: true } : {}), ...(thresholded === true ? { subjectToThresholding: true } : {}), ...(sampled === true ? { samplingMetadatas: [{ samplesReadCount: '500000', samplingSpaceSize: '9007199254740993' }] } : {}) };
  }

  #quota(): object {
    const status = (limit: number, used: number): object => ({ consumed: this.cost, remaining: Math.max(0, limit - used) });
    const hour = status(this.tokensPerHour, this.#hour.used);
    return { tokensPerDay: status(this.tokensPerDay, this.#day.used), tokensPerHour: hour, concurrentRequests: { consumed: 0, remaining: 10 }, tokensPerProjectPerHour: hour };
  }
}

function rowOf(day: string, { channel, source, medium, campaign, sessions, engaged = 0, keyEvents = 0, revenue = '0' }: WebVisits): Readonly<Record<string, string>> {
  return {
    ...{ date: day.replaceAll('-', ''), sessionDefaultChannelGroup: channel, sessionSource: source, sessionMedium: medium, sessionCampaignName: campaign },
    ...{ sessions: String(sessions), engagedSessions: String(engaged), keyEvents: String(keyEvents), purchaseRevenue: revenue },
  };
}

function valuesAt(row: Readonly<Record<string, string>>, headers: readonly { readonly name: string }[]): object[] {
  return headers.map(({ name }) => ({ value: row[name] ?? '0' }));
}

function failure(code: number, status: string, message: string): SimulatedAnswer {
  return { status: code, body: JSON.stringify({ error: { code, message, status } }, null, 2) };
}
