import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';

import { addDays, type LocalDate } from '../src/core/time.ts';
import { daySlices } from '../src/sources/api/slices.ts';

/** What the server is told when it starts. */
export interface AdReportSettings {
  readonly rowsPerDay: number;
}

const GROUPS_PER_CAMPAIGN = 10;
const PROFILE = { profileId: 1, countryCode: 'DE', currencyCode: 'EUR', timezone: 'UTC', accountInfo: { name: 'Bench' } };

/** Ad groups of days as Amazon tells of them: about 330 bytes a row. The same days have the same rows. */
function* rowsOf(days: readonly LocalDate[], rowsPerDay: number): Generator<string> {
  let before = '[';
  for (const date of days) {
    for (let index = 0; index < rowsPerDay; index++) {
      const campaign = Math.trunc(index / GROUPS_PER_CAMPAIGN);
      const clicks = 3 + ((index * 7) % 90);
      const row = {
        ...{ date, campaignId: 281_474_976_000_000 + campaign, campaignName: `Campaign ${campaign}`, campaignStatus: 'ENABLED', campaignBudgetAmount: 40, campaignBudgetCurrencyCode: 'EUR', campaignBudgetType: 'DAILY_BUDGET' },
        ...{ adGroupId: 562_949_953_000_000 + index, adGroupName: `Ad group ${index}`, cost: clicks * 0.37, impressions: clicks * 40, clicks, purchases14d: clicks % 5, sales14d: (clicks % 5) * 39.9 },
      };
      yield before + JSON.stringify(row);
      before = ',';
    }
  }
  yield before === '[' ? '[]' : ']';
}

/** A report is done as soon as it is asked for; its id names its days. Undefined: a file is asked for. */
function answerTo({ method = '', url = '', headers }: IncomingMessage, body: string): object | undefined {
  if (url.startsWith('/auth/')) return { access_token: 'bench', expires_in: 3_600 };
  if (url.startsWith('/v2/profiles/')) return PROFILE;
  if (method === 'POST') {
    const { startDate, endDate } = JSON.parse(body) as Record<'startDate' | 'endDate', string>;
    return { reportId: `${startDate}_${endDate}`, status: 'PENDING' };
  }
  return url.startsWith('/reporting/') ? { reportId: idIn(url), status: 'COMPLETED', url: `http://${headers.host ?? ''}/files/${idIn(url)}` } : undefined;
}

function idIn(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

async function sendFile(id: string, { rowsPerDay }: AdReportSettings, response: ServerResponse): Promise<void> {
  const [from, to] = id.split('_') as [LocalDate, LocalDate];
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  await pipeline(Readable.from(rowsOf(daySlices(from, addDays(to, 1), 1).map(([day]) => day), rowsPerDay)), createGzip({ level: constants.Z_BEST_SPEED }), response);
}

/** Runs in a process of its own, so that it takes neither time nor memory of what is measured. */
function serve(settings: AdReportSettings): void {
  const server = createServer((request, response) => {
    text(request)
      .then(async (body) => {
        const answer = answerTo(request, body);
        if (answer === undefined) await sendFile(idIn(request.url ?? ''), settings, response);
        else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      })
      .catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
}

process.once('message', (settings) => {
  serve(settings as AdReportSettings);
});
