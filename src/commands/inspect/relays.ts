import type { Context } from '../../context.ts';
import { toIso, type Instant } from '../../core/time.ts';
import { asKey } from '../../db/key-lookup.ts';
import { fileKinds, relayKinds, relayStates, type AttemptRow, type RelayRow } from '../../relays/outbox/relay.ts';
import { formatDuration } from '../../core/text/counts.ts';
import { textTable } from '../../cli/table.ts';
import type { Command } from '../../cli/command.ts';
import { choice, count, list as several, listOf, option, toggle } from '../../cli/flag.ts';
import { knownBrands } from '../../cli/options.ts';
import { limitLine } from '../../cli/text/problems-text.ts';
import { testRelay } from './relays-test.ts';

const listFlags = {
  destination: several('--destination <id...>', 'only of these destinations'),
  kind: listOf('--kind <kind...>', `only of these kinds: ${relayKinds.join(', ')}`, relayKinds),
  brand: several('--brand <id...>', 'only of these brands'),
  status: listOf('--status <status...>', `only in these states: ${relayStates.join(', ')}`, relayStates),
  limit: option('--limit <count>', 'how many relays at most', count).or('20'),
};

const list: Command = {
  name: 'list',
  summary: 'list relays by destination and state',
  options: Object.values(listFlags),
  examples: ['hub relays list', 'hub relays list --status dead --destination crm --limit 100'],
  async run(context, options) {
    const database = await context.database();
    const [named, brands] = [listFlags.destination.of(options), listFlags.brand.of(options)];
    const filter = {
      destinations: named?.map(asKey),
      kinds: listFlags.kind.of(options),
      brands: brands === undefined ? undefined : knownBrands(brands, context.config),
      states: listFlags.status.of(options),
    };
    const { countRelays, listRelays } = await import('../../relays/outbox/relays.repository.ts');
    const limit = listFlags.limit.of(options);
    const [sums, rows] = [await countRelays(database, filter), await listRelays(database, filter, limit)];
    await requireDestinations(context, named, sums.map(({ destination }) => destination));
    if (rows.length === 0) return { text: 'There are no such relays.', json: { sums, relays: [] } };
    const sumTable = textTable([{ title: 'destination' }, { title: 'state' }, { title: 'relays', align: 'right' }], sums.map((sum) => [sum.destination, sum.state, sum.relays]));
    const table = textTable(
      [{ title: 'id' }, { title: 'destination' }, { title: 'state' }, { title: 'attempts', align: 'right' }, ...['subject', 'kind', 'next attempt'].map((title) => ({ title })), { title: 'reason', long: 'wrap' }],
      rows.map((row) => [row.relay_id, row.destination, row.state, row.attempts, subjectOf(row), row.kind, iso(row.next_attempt_at), row.reason]),
    );
    const total = sums.reduce((sum, { relays: count }) => sum + count, 0);
    const more = limitLine('newest', rows.length, total, 'relays');
    return { text: [sumTable, '', table, '', ...more, 'One relay with its attempts: hub relays show <id>'].join('\n'), json: { sums, relays: rows } };
  },
};

const show: Command = {
  name: 'show',
  summary: 'show one relay with all its attempts; bodies may hold personal data',
  arguments: '<id>',
  examples: ['hub relays show rel_0a3f5c77d1e24b9886f0c1d2e3a4b5c6'],
  async run(context, _options, [id = '']) {
    const database = await context.database();
    const { attemptsOf, findRelay } = await import('../../relays/outbox/relays.repository.ts');
    const relay = await findRelay(database, id);
    const attempts = await attemptsOf(database, relay.relay_id);
    const lines = [
      `id           ${relay.relay_id}`,
      `destination  ${relay.destination}, ${relay.kind}${relay.brand === null ? '' : ` of ${relay.brand}`}`,
      `subject      ${subjectOf(relay) ?? '–'}`,
      `dedupe key   ${relay.dedupe_key}`,
      `state        ${relay.state}${relay.reason === null ? '' : ` – ${relay.reason}`}`,
      `made         ${toIso(relay.created_at)}`,
      ...(relay.ended_at === null ? [`next attempt ${iso(relay.next_attempt_at) ?? '–'}`] : [`ended        ${toIso(relay.ended_at)}`]),
      `body         ${relay.payload ?? 'removed'}`,
      ...attempts.flatMap(attemptLines),
    ];
    return { text: lines.join('\n'), json: { ...relay, attempts: attempts.map(asJson) } };
  },
};

const enqueueFlags = {
  destination: option('--destination <id>', 'where they go').needed(),
  file: option('--file <file>', 'the NDJSON file; - for standard input').needed(),
  kind: choice('--kind <kind>', 'kind of lines that name none (default: the only one that the destination takes)', fileKinds),
  dryRun: toggle('--dry-run', 'say what would be put into the outbox, write nothing'),
};

const enqueue: Command = {
  name: 'enqueue',
  summary: 'put leads or conversions of an NDJSON file into the outbox',
  description:
    'Each line is an object with payload (an object, sent as JSON or used for the macros of a URL) and, if wanted, kind, ' +
    'brand, dedupe_key (the same key is sent once; default: a hash of the payload) and person_id. Order documents come ' +
    'from assemble-orders.',
  options: Object.values(enqueueFlags),
  examples: [
    'hub relays enqueue --destination partner-leads --file leads.ndjson',
    'hub relays enqueue --destination affiliate-postback --file - --dry-run',
  ],
  decidesByDate: true,
  async run(context, options) {
    const file = enqueueFlags.file.of(options);
    const dryRun = enqueueFlags.dryRun.of(options);
    const [destinations, rules] = [await context.destinations(), await context.rules()];
    const database = await context.database({ dryRun });
    const [{ runEnqueue }, { enqueueOutput }] = [await import('../../relays/run-enqueue.ts'), await import('../../cli/outputs/relay-output.ts')];
    const brands = context.config.brands.map((brand) => brand.id);
    const request = { destination: enqueueFlags.destination.of(options), file, lines: context.lines(file), kind: enqueueFlags.kind.of(options), dryRun };
    return enqueueOutput(await runEnqueue({ ...context, database, destinations, rules, brands }, request));
  },
};

const destinations: Command = {
  name: 'destinations',
  summary: 'list the destinations, how they fare and what waits for them',
  examples: ['hub relays destinations', 'hub relays destinations --output json'],
  async run(context) {
    const { describeDestinations } = await import('../../relays/describe.ts');
    const rows = await describeDestinations(await context.database(), await context.destinations(), context.clock);
    const table = textTable(
      [{ title: 'destination' }, { title: 'state', long: 'wrap' }, { title: 'waiting', align: 'right' }, { title: 'oldest' }, { title: 'mode' }, { title: 'kinds', long: 'wrap' }],
      rows.map((row) => [row.destination, row.halted ?? 'ready', row.waiting, row.oldest_waiting_at, row.mode ?? '–', row.kinds.join(' ')]),
    );
    return { text: rows.length === 0 ? 'There are no destinations.' : table, json: rows };
  },
};

const enable: Command = {
  name: 'enable',
  summary: 'send to a destination again that was disabled or paused',
  arguments: '<destination>',
  examples: ['hub relays enable crm'],
  async run(context, _options, [id = '']) {
    const declared = await context.destinations();
    const { unknownDestination } = await import('../../relays/destinations/choose.ts');
    if (!declared.some((destination) => destination.id === id)) throw unknownDestination(id, declared);
    const { enableDestination } = await import('../../relays/destinations/destination-states.repository.ts');
    await enableDestination(await context.database(), id);
    return { text: `${id} is sent to again by the next hub resend-relays.`, json: { destination: id, enabled: true } };
  },
};

/**
 * Destinations that are named must be declared, or have been when relays were made for them.
 * @throws HubError usage, naming those that there are
 */
async function requireDestinations(context: Context, named: readonly string[] | undefined, withRelays: readonly string[]): Promise<void> {
  if (named?.every((id) => withRelays.includes(id)) !== false) return;
  const declared = await context.destinations();
  const unknown = named.find((id) => !withRelays.includes(id) && !declared.some((destination) => destination.id === id));
  if (unknown === undefined) return;
  const { unknownDestination } = await import('../../relays/destinations/choose.ts');
  throw unknownDestination(unknown, declared);
}

/** Looks after the outbox. */
export const relays: Command = {
  name: 'relays',
  summary: 'look at what is sent out, and put leads and conversions into the outbox',
  commands: [list, show, enqueue, destinations, enable, testRelay],
};

function subjectOf({ subject_id: subject, version }: Pick<RelayRow, 'subject_id' | 'version'>): string | null {
  return subject === null ? null : `${subject} v${version ?? 0}`;
}

function attemptLines(attempt: AttemptRow): string[] {
  const took = attempt.duration_ms === null ? '' : ` in ${formatDuration(attempt.duration_ms)}`;
  const lines = [
    '',
    `attempt ${attempt.attempt}    ${toIso(attempt.started_at)}, ${attempt.outcome}${took}  (run ${attempt.run_id})`,
    ...(attempt.url === null ? [] : [`  ${attempt.method ?? ''} ${attempt.url}`]),
    ...headerLines('>', attempt.request_headers),
    ...(attempt.status === null ? [] : [`  status ${attempt.status}`]),
    ...headerLines('<', attempt.response_headers),
  ];
  if (attempt.response_body !== null && attempt.response_body !== '') lines.push(`  ${attempt.response_body}`);
  if (attempt.error !== null) lines.push(`  error: ${attempt.error}`);
  return lines;
}

function headerLines(sign: string, headers: string | null): string[] {
  return Object.entries((parse(headers) ?? {}) as Record<string, string>).map(([name, value]) => `  ${sign} ${name}: ${value}`);
}

function asJson(attempt: AttemptRow) {
  return { ...attempt, request_headers: parse(attempt.request_headers), response_headers: parse(attempt.response_headers) };
}

function parse(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

function iso(instant: Instant | null): string | null {
  return instant === null ? null : toIso(instant);
}
