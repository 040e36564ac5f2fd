import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server is told when it starts. */
export interface PageServerSettings {
  readonly pages: number;
  readonly recordsPerPage: number;
  /** More in a second are answered with 429. */
  readonly requestsPerSecond: number;
}

/** What it tells when it is asked. */
export interface PageServerCounts {
  readonly requests: number;
  readonly refused: number;
}

const CURRENCIES = ['eur', 'chf', 'usd'];

/** A page of movements of a balance as Stripe gives them: about 700 bytes a record, pretty-printed. */
function pageText(page: number, { pages, recordsPerPage }: PageServerSettings): string {
  const data = Array.from({ length: recordsPerPage }, (_, index) => {
    const number = page * recordsPerPage + index;
    const id = (number * 2_654_435_761) % 4_294_967_296;
    return {
      ...{ id: `txn_${String(number).padStart(9, '0')}`, object: 'balance_transaction', amount: id % 100_000, available_on: 1_764_288_000 + number, balance_type: 'payments', created: 1_764_288_000 - number },
      ...{ currency: CURRENCIES[id % 3], description: `Order ${id.toString(36)} of ${number}`, exchange_rate: null, fee: id % 500, fee_details: [{ amount: id % 500, application: null, currency: 'eur', description: 'Stripe processing fees', type: 'stripe_fee' }] },
      ...{ net: (id % 100_000) - (id % 500), reporting_category: 'charge', source: `ch_${id.toString(16)}${number}`, status: 'available', type: 'charge' },
    };
  });
  return JSON.stringify({ object: 'list', url: '/v1/balance_transactions', has_more: page < pages - 1, data }, null, 2);
}

/** Runs in a process of its own, so that it takes neither time nor memory of what is measured. */
function serve(settings: PageServerSettings): void {
  const texts = Array.from({ length: settings.pages }, (_, page) => Buffer.from(pageText(page, settings)));
  let [requests, refused, recent]: [number, number, number[]] = [0, 0, []];
  const server = createServer((request, response) => {
    requests++;
    const now = performance.now();
    recent = recent.filter((at) => at > now - 1_000);
    if (recent.length >= settings.requestsPerSecond) {
      refused++;
      response.writeHead(429, { 'retry-after': '1' }).end('{"error":{"code":"rate_limit"}}');
      return;
    }
    recent.push(now);
    const after = /starting_after=txn_(\d+)/.exec(request.url ?? '')?.[1];
    const page = after === undefined ? 0 : (Number(after) + 1) / settings.recordsPerPage;
    response.writeHead(200, { 'content-type': 'application/json' }).end(texts[page] ?? '{}');
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
  process.on('message', () => {
    process.send?.({ requests, refused });
    [requests, refused] = [0, 0];
  });
}

process.once('message', (settings) => {
  serve(settings as PageServerSettings);
});
