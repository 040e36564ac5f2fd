import type { Context } from '../../context.ts';
import { formatDuration } from '../../core/text/counts.ts';
import { batchOfInstant, toIso, type Instant } from '../../core/time.ts';
import { textTable } from '../../cli/table.ts';
import type { Command, Output } from '../../cli/command.ts';
import { count, option, toggle } from '../../cli/flag.ts';
import type { IntegrationCheck } from '../../health/integration.ts';
import type { Prober } from '../../health/observe.ts';
import { entities } from '../../sources/index.ts';

const flags = {
  probe: toggle('--probe', 'also try whether each answers: the host of a destination, its mail server, lake, intake; nothing of a relay is sent'),
  unrecorded: toggle('--unrecorded', 'look only: nothing is written into the history'),
  history: option('--history <integration>', 'the newest checks of this integration instead of a new one'),
  limit: option('--limit <count>', 'how many of them at most', count).or('20'),
};

/** Checks what hub works with and does not control. */
export const health: Command = {
  name: 'health',
  summary: 'check every destination, source of webhooks, feed, intake, database and geo file, with history',
  description:
    'By what really happened in 15 minutes, or in 24 hours where nothing did: `down` if the last 3 attempts failed, two probes in ' +
    'a row did, or it is disabled; `degraded` if more than 5 % of at least 20 attempts failed, one in twenty takes three times ' +
    'as long as usual (7 days), it is silent for longer than health.expect_every, there are dead letters since the check before, ' +
    'or the geo file is older than 45 days; else `healthy`, or `unverified` where nothing happened and nobody probed. Each ' +
    'check is a row an integration of integration_health, which alerts and /metrics read. Ends with 3 if one is down or degraded.',
  options: Object.values(flags),
  examples: ['hub health', 'hub health --probe --output json', 'hub health --history destination:crm --limit 50'],
  async run(context, options) {
    const isDry = flags.unrecorded.of(options);
    const database = await context.database({ dryRun: isDry });
    const wanted = flags.history.of(options);
    if (wanted !== undefined) {
      const { checksOf } = await import('../../health/history.repository.ts');
      const limit = flags.limit.of(options);
      const found = await database.read((knex) => checksOf(knex, wanted, limit + 1));
      return historyOutput(wanted, found, limit);
    }
    const [{ checkHealth, isWell }, { openGeoFile }] = [await import('../../health/run-health.ts'), await import('../../leads/intake/geo-file.client.ts')];
    const { config, clock } = context;
    const checks = await checkHealth(
      {
        ...{ database, clock, brands: config.brands.map(({ id }) => id), geoFile: config.geoCityFile, expectEvery: config.health.expect_every },
        ...{ destinations: await context.destinations(), webhooks: (await context.webhooks()).sources },
        openGeo: openGeoFile,
        prober: flags.probe.of(options) ? await proberOf(context) : undefined,
      },
      { store: !isDry },
    );
    return { ...checksOutput(checks), refused: !isWell(checks) };
  },
};

async function proberOf(context: Context): Promise<Prober> {
  const [{ probeBy, probeDestination }, { proxySettings }, { openIntakeSource }] = [
    await import('../../health/probe.client.ts'),
    await import('../../net/proxy.ts'),
    await import('../../leads/source/open-source.ts'),
  ];
  const { config, signal, clock } = context;
  const proxy = proxySettings(config.variable);
  const ofLake = new Set<string>(entities.map(({ feed }) => feed));
  let lake: ReturnType<typeof probeBy> | undefined;
  return {
    destination: (destination) => probeDestination(destination, proxy),
    feed(feed) {
      if (!ofLake.has(feed.split('/')[0] ?? '')) return Promise.resolve(undefined);
      return (lake ??= probeBy(async () => (await context.lake()).check(signal)));
    },
    intake: () =>
      probeBy(async () => {
        const [brand] = config.brands;
        const recent = batchOfInstant(clock.now());
        await (await openIntakeSource(config.server().intakeUrl)).list('lead', brand?.id ?? '', recent, signal);
      }),
  };
}

const COLUMNS = [
  ...[{ title: 'integration' }, { title: 'state' }, { title: 'attempts', align: 'right' as const }, { title: 'failed', align: 'right' as const }],
  ...[{ title: 'p50', align: 'right' as const }, { title: 'p95', align: 'right' as const }, { title: 'why', long: 'wrap' as const }],
];

function checksOutput(checks: readonly IntegrationCheck[]): Output {
  const sum = new Map<string, number>();
  for (const { state } of checks) sum.set(state, (sum.get(state) ?? 0) + 1);
  const summary = [...sum].map(([state, integrations]) => `${integrations} ${state}`).join(', ');
  const totals = { integrations: checks.length, ...Object.fromEntries(sum) };
  return { text: [textTable(COLUMNS, checks.map((check) => [check.id, ...cellsOf(check)])), '', `${checks.length} integrations: ${summary}.`].join('\n'), json: { totals, items: checks.map(shown) } };
}

function historyOutput(integration: string, checks: readonly IntegrationCheck[], limit: number): Output {
  const newest = checks.slice(0, limit);
  const json = { integration, items: newest.map(shown) };
  if (newest.length === 0) return { text: `${integration} was never checked; hub health shows what is.`, json };
  const table = textTable([{ title: 'checked' }, ...COLUMNS.slice(1)], newest.map((check) => [toIso(check.checkedAt), ...cellsOf(check)]));
  return { text: [table, ...(checks.length > limit ? [`The newest ${limit}; older ones with --limit.`] : [])].join('\n'), json };
}

function cellsOf({ state, activity: { attempts, failures, p50Ms, p95Ms }, reason }: IntegrationCheck): (string | number | null)[] {
  const time = (ms: number | null): string | null => (ms === null ? null : formatDuration(ms));
  return [state, attempts, failures, time(p50Ms), time(p95Ms), reason];
}

function shown({ id, kind, brand, checkedAt, state, reason, since, activity, dead, probe }: IntegrationCheck): Record<string, unknown> {
  const at = (instant: Instant | null): string | null => (instant === null ? null : toIso(instant));
  const { windowSeconds, attempts, failures, p50Ms, p95Ms, lastAttempt, lastSuccess } = activity;
  return {
    ...{ integration: id, kind, brand: brand === '*' ? null : brand, checked_at: toIso(checkedAt), state, reason, since: toIso(since) },
    ...{ window_seconds: windowSeconds, attempts, failures, p50_ms: p50Ms, p95_ms: p95Ms, last_attempt_at: at(lastAttempt), last_success_at: at(lastSuccess), dead_letters: dead, probe },
  };
}
