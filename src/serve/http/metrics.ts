import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import { epochSeconds } from '../../core/time.ts';
import type { KnownIntegration } from './integration-states.ts';

/** What /metrics tells; labels are routes, statuses and configured ids only. */
export interface ServeMetrics {
  readonly registry: Registry;
  answered(route: string, status: number, seconds: number): void;
  captured(form: string, kind: 'lead' | 'visit'): void;
  /** @param outcome `taken`, or why it was not (schemes/scheme.ts) */
  webhook(source: string, outcome: string): void;
  published(result: { readonly records: number; readonly corrupt: number; readonly tornBytes: number }): void;
  trouble(code: string): void;
}

/** Figures that are read when somebody asks. */
export interface ServeGauges {
  /** Bytes written to the journal, and records that are not known to be on the disk. */
  readonly journalBytes: () => number;
  readonly unsynced: () => number;
  /** Segments that wait to be published. */
  readonly waiting: () => number;
  /** Seconds since 1970 UTC of the snapshot; undefined without one. */
  readonly knownAt: () => number | undefined;
  readonly isReady: () => boolean;
  /** The states of the newest check of hub health. */
  readonly integrations: () => Promise<readonly KnownIntegration[]>;
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export function serveMetrics(gauges: ServeGauges): ServeMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({ name: 'hub_serve_requests_total', help: 'Requests, by route and status.', labelNames: ['route', 'status'], registers });
  const seconds = new Histogram({ name: 'hub_serve_request_seconds', help: 'From the request to its answer.', labelNames: ['route'], buckets: SECONDS, registers });
  const captures = new Counter({ name: 'hub_serve_captured_total', help: 'Leads and visits that were journaled, by form.', labelNames: ['form', 'kind'], registers });
  const webhooks = new Counter({ name: 'hub_serve_webhooks_total', help: 'Webhooks that were journaled, and those whose signature proved nothing, by source.', labelNames: ['source', 'outcome'], registers });
  const records = new Counter({ name: 'hub_serve_published_records_total', help: 'Records that were published to the intake.', registers });
  const corrupt = new Counter({ name: 'hub_serve_corrupt_ranges_total', help: 'Ranges of published segments that are no records.', registers });
  const torn = new Counter({ name: 'hub_serve_torn_bytes_total', help: 'Bytes cut off at the end of published segments.', registers });
  const troubles = new Counter({ name: 'hub_serve_troubles_total', help: 'What went wrong and did not end the process, by code.', labelNames: ['code'], registers });
  const gauge = (name: string, help: string, read: () => number | undefined): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(read() ?? 0) });
  };
  gauge('hub_serve_journal_bytes', 'Bytes written to the journal since the start.', gauges.journalBytes);
  gauge('hub_serve_journal_unsynced_records', 'Records that are answered and not known to be on the disk.', gauges.unsynced);
  gauge('hub_serve_segments_waiting', 'Closed segments that are not published yet.', gauges.waiting);
  gauge('hub_serve_knowledge_timestamp_seconds', 'When what is known of persons was read; 0 if nothing is.', gauges.knownAt);
  gauge('hub_serve_ready', '1 if /readyz says 200.', () => (gauges.isReady() ? 1 : 0));
  const states: Gauge<'integration' | 'kind' | 'state'> = new Gauge({
    ...{ name: 'hub_integration_state', help: '1 for the state of an integration at the newest check of hub health.', labelNames: ['integration', 'kind', 'state'], registers },
    async collect() {
      const checks = await gauges.integrations();
      states.reset();
      for (const { id, kind, state } of checks) states.set({ integration: id, kind, state }, 1);
    },
  });
  const checkedAt: Gauge = new Gauge({
    ...{ name: 'hub_integration_checked_timestamp_seconds', help: 'When hub health checked last; 0 if it never did.', registers },
    async collect() {
      checkedAt.set((await gauges.integrations()).reduce((last, check) => Math.max(last, epochSeconds(check.checkedAt)), 0));
    },
  });
  return {
    registry,
    answered(route, status, took) {
      requests.inc({ route, status });
      seconds.observe({ route }, took);
    },
    captured(form, kind) {
      captures.inc({ form, kind });
    },
    webhook(source, outcome) {
      webhooks.inc({ source, outcome });
    },
    published(result) {
      records.inc(result.records);
      corrupt.inc(result.corrupt);
      torn.inc(result.tornBytes);
    },
    trouble(code) {
      troubles.inc({ code });
    },
  };
}
