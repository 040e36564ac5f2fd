import { compareText } from '../core/compare.ts';
import { parseInstant } from '../core/time.ts';
import { jsonText, Simulator, type SimulatedAnswer, type SimulatedRequest } from './simulator.client.ts';

type Node = Readonly<Record<string, unknown>>;

/** An order with the nodes of its connections. */
export interface ShopOrder extends Node {
  readonly id: string;
  /** ISO 8601. */
  readonly updatedAt: string;
  readonly lineItems: readonly Node[];
  readonly agreements: readonly (Node & { readonly sales: readonly Node[] })[];
}

/** How a bulk operation goes. */
export interface BulkPlan {
  /** So many polls say RUNNING. */
  readonly running?: number;
  readonly fails?: 'INTERNAL_SERVER_ERROR' | 'ACCESS_DENIED' | undefined;
  /** Added to the number of objects that it tells. */
  readonly miscount?: number;
}

interface Bulk {
  readonly id: string;
  readonly lines: readonly string[];
  polls: number;
  readonly plan: BulkPlan;
}

const API = '/admin/api/2026-10/graphql.json';
const TOKEN_LIFE_S = 86_399;

/**
 * The part of Shopify's GraphQL Admin API that hub asks: pages and bulk operations over the same data, tokens by client
 * credentials, a bucket of points.
 */
export class ShopifySimulator extends Simulator {
  readonly client = { id: 'client', secret: 'shpss_simulated' };
  version = '2026-10';
  orders: ShopOrder[] = [];
  customers: (Node & { readonly updatedAt: string })[] = [];
  variants: Node[] = [];
  /** Levels by their inventory item. */
  stock = new Map<string, Node[]>();
  shop: Node = { id: 'gid://shopify/Shop/1', myshopifyDomain: 'alpina.myshopify.com', ianaTimezone: 'Europe/Zurich', currencyCode: 'CHF' };
  /** For bulk operations, in order; the last one stays. */
  plans: BulkPlan[] = [{}];
  /** Operations that somebody else has running. */
  otherOperations = 0;
  tokens = 0;
  /** A token is worth nothing after so many requests. */
  requestsPerToken = Number.POSITIVE_INFINITY;
  bucket = { maximumAvailable: 2_000, currentlyAvailable: 2_000, restoreRate: 100 };
  #filledAt = this.now;
  readonly #bulks = new Map<string, Bulk>();
  readonly #cancelled = new Set<string>();
  #token: { readonly value: string; readonly until: number; uses: number } | undefined;

  protected answer(request: SimulatedRequest): SimulatedAnswer {
    const { pathname } = request.url;
    if (pathname === '/admin/oauth/access_token') return this.#grant(request.body);
    if (pathname.startsWith('/bulk/')) return { status: 200, headers: { 'content-type': 'application/jsonl' }, body: (this.#bulks.get(`gid://shopify/BulkOperation/${pathname.slice('/bulk/'.length)}`)?.lines ?? []).map((line) => `${line}\n`).join('') };
    const headers = { 'x-shopify-api-version': this.version };
    if (request.method !== 'POST' || pathname !== API) return { status: 404, headers, body: '{"errors":"Not Found"}' };
    const token = this.#token;
    if (token === undefined || request.headers['x-shopify-access-token'] !== token.value || this.now > token.until || token.uses++ >= this.requestsPerToken) {
      return { status: 401, headers, body: '{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}' };
    }
    const { query, variables } = JSON.parse(request.body) as { query: string; variables: Record<string, string | null> };
    return { status: 200, headers, body: jsonText(this.#graphql(query, variables)) };
  }

  #grant(body: string): SimulatedAnswer {
    const { client_id: id, client_secret: secret } = JSON.parse(body) as { client_id: string; client_secret: string };
    if (id !== this.client.id || secret !== this.client.secret) return { status: 400, body: '{"error":"invalid_client"}' };
    this.#token = { value: `shpat_${++this.tokens}`, until: this.now + TOKEN_LIFE_S * 1_000, uses: 0 };
    return { status: 200, body: JSON.stringify({ access_token: this.#token.value, scope: 'read_orders', expires_in: TOKEN_LIFE_S }) };
  }

  #graphql(query: string, variables: Record<string, string | null>): object {
    if (query.includes('bulkOperationRunQuery')) return this.#costing(10, () => ({ data: { bulkOperationRunQuery: this.#run(variables['query'] ?? '') } }));
    if (query.includes('bulkOperationCancel')) return this.#costing(10, () => ({ data: { bulkOperationCancel: this.#cancel(variables['id'] ?? '') } }));
    if (query.includes('bulkOperation(')) return this.#costing(1, () => ({ data: { bulkOperation: this.#poll(variables['id'] ?? '') } }));
    if (query.includes('{ shop {')) return this.#costing(1, () => ({ data: { shop: this.shop } }));
    if (query.includes('ordersCount')) return this.#costing(1, () => ({ data: { ordersCount: { count: this.#found(this.orders, variables['query'] ?? '').length } } }));
    if (query.includes('node(id:')) return this.#costing(52, () => ({ data: { node: this.#further(query, variables) } }));
    const [name, all] = query.includes(' customers(') ? (['customers', this.customers] as const) : (['orders', this.orders] as const);
    return this.#costing(402, () => ({ data: { [name]: this.#page(name, this.#found(all, variables['query'] ?? ''), query, variables['after'] ?? null) } }));
  }

  /** The bucket fills with time; what does not fit is refused with status 200. */
  #costing(cost: number, answer: () => object): object {
    const { maximumAvailable, restoreRate } = this.bucket;
    this.bucket.currentlyAvailable = Math.min(maximumAvailable, this.bucket.currentlyAvailable + ((this.now - this.#filledAt) / 1_000) * restoreRate);
    this.#filledAt = this.now;
    const fits = this.bucket.currentlyAvailable >= cost;
    const told = () => ({ cost: { requestedQueryCost: cost, actualQueryCost: fits ? Math.ceil(cost / 2) : null, throttleStatus: { ...this.bucket, currentlyAvailable: Math.floor(this.bucket.currentlyAvailable) } } });
    if (!fits) return { errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }], extensions: told() };
    this.bucket.currentlyAvailable -= Math.ceil(cost / 2);
    return { ...answer(), extensions: told() };
  }

  /** `updated_at:>='…' AND updated_at:<'…'` */
  #found<Item extends { readonly updatedAt: string }>(all: readonly Item[], query: string): Item[] {
    const [, from = ''] = /updated_at:>='([^']+)'/.exec(query) ?? [];
    const [, to = ''] = /updated_at:<'([^']+)'/.exec(query) ?? [];
    const at = (text: string): string => parseInstant(text) ?? '';
    return all
      .filter(({ updatedAt }) => at(updatedAt) >= at(from) && (to === '' || at(updatedAt) < at(to)))
      .sort((a, b) => compareText(at(a.updatedAt), at(b.updatedAt)));
  }

  #page(name: string, all: readonly Node[], query: string, after: string | null): object {
    const first = Number(new RegExp(`${name}\\(first: (\\d+)`).exec(query)?.[1] ?? 1);
    const start = after === null ? 0 : Number(Buffer.from(after, 'base64').toString()) + 1;
    const nodes = all.slice(start, start + first).map((node) => (name === 'orders' ? withConnections(node as ShopOrder) : node));
    return { nodes, pageInfo: { hasNextPage: start + first < all.length, endCursor: nodes.length === 0 ? null : Buffer.from(String(start + nodes.length - 1)).toString('base64') } };
  }

  /** The rest of a connection of a node. */
  #further(query: string, { id, after }: Record<string, string | null>): object {
    const start = Number(Buffer.from(after ?? '', 'base64').toString()) + 1;
    const order = this.orders.find((each) => each.id === id);
    if (order !== undefined && query.includes('lineItems(')) return { lineItems: connection(order.lineItems, 15, start) };
    if (order !== undefined) return { agreements: connection(order.agreements.map(withSales), 3, start) };
    const agreement = this.orders.flatMap(({ agreements }) => agreements).find((each) => each['id'] === id);
    return { sales: connection(agreement?.sales ?? [], 10, start) };
  }

  #run(query: string): object {
    const running = this.otherOperations + [...this.#bulks.values()].filter(({ polls, plan }) => polls <= (plan.running ?? 0)).length;
    if (running >= 5) {
      this.otherOperations--;
      return { bulkOperation: null, userErrors: [{ field: null, code: 'OPERATION_IN_PROGRESS', message: 'A bulk query operation for this app and shop is already in progress.' }] };
    }
    const number = this.#bulks.size + 1;
    const plan = this.plans.length > 1 ? (this.plans.shift() ?? {}) : (this.plans[0] ?? {});
    const id = `gid://shopify/BulkOperation/${number}`;
    this.#bulks.set(id, { id, lines: this.#bulkLines(query), polls: 0, plan });
    return { bulkOperation: { id, status: 'CREATED' }, userErrors: [] };
  }

  #cancel(id: string): object {
    this.#cancelled.add(id);
    return { bulkOperation: { id, status: 'CANCELING' }, userErrors: [] };
  }

  #poll(id: string): object | null {
    const bulk = this.#bulks.get(id);
    if (bulk === undefined) return null;
    const { lines, plan } = bulk;
    if (this.#cancelled.has(id)) return { id, status: 'CANCELED', errorCode: null, objectCount: '0', url: null, partialDataUrl: null };
    const number = id.split('/').at(-1) ?? '';
    if (bulk.polls++ < (plan.running ?? 0)) return { id, status: 'RUNNING', errorCode: null, objectCount: '1', url: null, partialDataUrl: null };
    if (plan.fails !== undefined) return { id, status: 'FAILED', errorCode: plan.fails, objectCount: '1', url: null, partialDataUrl: `${this.url}/bulk/${number}` };
    return { id, status: 'COMPLETED', errorCode: null, objectCount: String(lines.length + (plan.miscount ?? 0)), url: lines.length === 0 ? null : `${this.url}/bulk/${number}`, partialDataUrl: null };
  }

  /** Leaves so many points in a bucket. */
  drain(maximumAvailable: number, currentlyAvailable: number, restoreRate: number): void {
    this.bucket = { maximumAvailable, currentlyAvailable, restoreRate };
    this.#filledAt = this.now;
  }

  /** Forgets all operations, as after their time. */
  forgetOperations(): void {
    this.#bulks.clear();
  }

  #bulkLines(query: string): string[] {
    if (query.includes('productVariants')) return this.variants.map((node) => jsonText(node));
    if (query.includes('inventoryItems')) {
      return [...this.stock].flatMap(([id, levels]) => [jsonText({ id }), ...levels.map((level) => jsonText({ ...level, __parentId: id }))]);
    }
    const found = this.#found(this.orders, JSON.parse(/query: ("(?:[^"\\]|\\.)*")/.exec(query)?.[1] ?? '""') as string);
    if (!query.includes('lineItems')) return found.map(({ id }) => jsonText({ id }));
    return found.flatMap(({ lineItems, agreements, ...order }) => [
      jsonText(order),
      ...lineItems.map((line) => jsonText({ ...line, __parentId: order['id'] })),
      ...agreements.flatMap(({ sales, ...agreement }) => [jsonText({ ...agreement, __parentId: order['id'] }), ...sales.map((sale) => jsonText({ ...sale, __parentId: agreement['id'] }))]),
    ]);
  }
}

function withConnections({ lineItems, agreements, ...order }: ShopOrder): Node {
  return { ...order, lineItems: connection(lineItems, 15), agreements: connection(agreements.map(withSales), 3) };
}

function withSales({ sales, ...agreement }: ShopOrder['agreements'][number]): Node {
  return { ...agreement, sales: connection(sales, 10) };
}

function connection(nodes: readonly Node[], first: number, start = 0): Node {
  const shown = nodes.slice(start, start + first);
  return { nodes: shown, pageInfo: { hasNextPage: start + first < nodes.length, endCursor: Buffer.from(String(start + shown.length - 1)).toString('base64') } };
}
