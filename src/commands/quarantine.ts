import { Option } from 'commander';

import { HubError } from '../core/errors.ts';
import type { Config } from '../config.ts';
import { toIso } from '../core/time.ts';
import { countRejects, findReject, listRejects, rejectCodes, type RejectFilter, type RejectedRow, type RejectStatus } from '../raw/quarantine/quarantine.repository.ts';
import { nextForRows } from '../raw/import/problems/reject-problems.ts';
import type { JobReport } from '../engine/runs/job.ts';
import { formatCount } from '../core/text/counts.ts';
import { textTable } from '../cli/table.ts';
import type { Command, OptionValues } from '../cli/command.ts';
import { Confirmation, brandsOf, countOf, listed } from '../cli/options.ts';

const filterOptions = (): Option[] => [
  new Option('--brand <id...>', 'only rows of these brands').argParser(listed),
  new Option('--entity <name...>', 'only rows of these entities').argParser(listed),
  new Option('--code <code>', 'only rows rejected for this reason').choices([...rejectCodes]),
];

const list: Command = {
  name: 'list',
  summary: 'list rejected rows by place and reason',
  options: [
    ...filterOptions(),
    new Option('--status <status>', 'open, replayed or discarded').choices(['open', 'replayed', 'discarded']).default('open'),
    new Option('--limit <count>', 'how many rows at most').default('20'),
  ],
  examples: ['hub quarantine list', 'hub quarantine list --entity invoice --code ambiguous_shift --limit 100'],
  async run(context, options) {
    const database = await context.database();
    const filter = { ...(await filterOf(options, context.config)), status: options['status'] as RejectStatus };
    const [sums, rows] = [await countRejects(database, filter), await listRejects(database, { ...filter, limit: countOf(options, 'limit', '--limit') })];
    if (rows.length === 0) return { text: `There are no ${filter.status} rows in quarantine.`, json: { sums: [], rows: [] } };
    const sumTable = textTable(
      [...['brand', 'entity', 'reason', 'column'].map((title) => ({ title })), { title: 'rows', align: 'right' }],
      sums.map((sum) => [sum.brand, sum.entity, sum.code, sum.column_name, sum.rows]),
    );
    const rowTable = textTable(
      ['id', 'brand', 'entity', 'reason', 'column', 'batch', 'line', 'file'].map((title) => ({ title })),
      rows.map((row) => [row.rejected_id, row.brand, row.entity, row.code, row.column_name, row.batch, String(row.line), row.part]),
    );
    const total = sums.reduce((sum, { rows: count }) => sum + count, 0);
    const more = total > rows.length ? ['', `The first ${formatCount(rows.length)} of ${formatCount(total)} rows; more with --limit.`] : [];
    const next = ['', 'One row with its text and reason: hub quarantine show <id>'];
    if (filter.status === 'open') next.push('Again after a fix, corrected by hand, or not wanted: hub quarantine replay --help, discard --help');
    return { text: [sumTable, '', rowTable, ...more, ...next].join('\n'), json: { sums, rows: rows.map(withoutText) } };
  },
};

const show: Command = {
  name: 'show',
  summary: 'show one rejected row with its text; it may hold personal data',
  arguments: '<id>',
  examples: ['hub quarantine show 3f9a1c22d0b1e4a7'],
  async run(context, _options, [id = '']) {
    const row = await findReject(await context.database(), id);
    const { columns } = JSON.parse(row.header) as { columns: string[] };
    const lines = [
      `id       ${row.rejected_id}`,
      `place    ${row.brand} ${row.entity}, batch ${row.batch}, ${row.part} line ${row.line}`,
      `reason   ${row.code}${row.column_name === null ? '' : ` in ${row.column_name}`}: ${row.reason}`,
      `status   ${row.status}, rejected ${toIso(row.rejected_at)} by run ${row.run_id}${resolution(row)}`,
      '',
      `header   ${columns.join(',')}`,
      `row      ${row.raw}`,
      ...(row.status === 'open' ? ['', `Correct it by hand: hub quarantine replay ${row.rejected_id} --set ${row.column_name ?? '<column>'}=<value>`] : []),
    ];
    return { text: lines.join('\n'), json: { ...row, header: columns } };
  },
};

const replay: Command = {
  name: 'replay',
  summary: 'try rejected rows again, after a fix or with corrected values',
  description:
    'Reads the rows with the contracts and the repair of this version; what parses is stored as if it came with its batch ' +
    '(the newest row wins), the others stay. With --set, one row is corrected by hand. Ends with 3 if a row stays, or if ' +
    'there is none to try.',
  arguments: '[id...]',
  options: [
    ...filterOptions(),
    new Confirmation('--all', 'all open rows that the filters leave'),
    new Option('--set <column=value...>', 'use this value instead; only with a single id'),
    new Option('--dry-run', 'say what would be stored, write nothing'),
  ],
  examples: [
    'hub quarantine replay --all --dry-run',
    'hub quarantine replay --all --entity invoice',
    'hub quarantine replay 3f9a1c22d0b1e4a7 --set Amount=49.90',
  ],
  async run(context, options, ids) {
    const filter = await selectionOf(options, ids, context.config);
    const [{ replayRejects }, { formatNumber }] = await Promise.all([import('../raw/import/replay.ts'), import('../cli/text/job-output.ts')]);
    const dryRun = options['dryRun'] === true;
    const database = await context.database({ dryRun });
    const report = await replayRejects({ ...context, database }, filter, valuesOf(options, ids), dryRun);
    const { replayed, still } = report.totals as Record<'replayed' | 'still', number>;
    const rows = report.items.map((item) => [String(item['id']), String(item['entity']), String(item['result']), reasonOf(item)]);
    const table = rows.length === 0 ? [] : ['', textTable(['id', 'entity', 'result', 'reason'].map((title) => ({ title })), rows)];
    const verb = report.dry_run ? 'would be stored' : 'stored';
    const stay = still === 1 ? 'stays' : 'stay';
    const head = `${formatNumber(replayed, 'row')} ${verb}, ${formatCount(still)} ${stay} in quarantine.`;
    return { text: [head, ...table, ...refusedText(report)].join('\n'), json: report, refused: report.status === 'refused' };
  },
};

const discard: Command = {
  name: 'discard',
  summary: 'close rejected rows that are not wanted; their text stays',
  arguments: '[id...]',
  options: [...filterOptions(), new Confirmation('--all', 'all open rows that the filters leave')],
  examples: ['hub quarantine discard 3f9a1c22d0b1e4a7', 'hub quarantine discard --all --code unrepairable --brand corvina'],
  async run(context, options, ids) {
    const filter = await selectionOf(options, ids, context.config);
    const [{ discardRejects }, { formatNumber }] = await Promise.all([import('../raw/import/replay.ts'), import('../cli/text/job-output.ts')]);
    const report = await discardRejects({ ...context, database: await context.database() }, filter);
    return { text: `${formatNumber(Number(report.totals['discarded']), 'row')} discarded.`, json: report };
  },
};

/** Looks after rejected rows. */
export const quarantine: Command = {
  name: 'quarantine',
  summary: 'look at rejected rows, try them again or close them',
  commands: [list, show, replay, discard],
};

function resolution({ status, resolved_at: at, resolved_run: run }: RejectedRow): string {
  return at === null ? '' : `, ${status} ${toIso(at)} by run ${run ?? '–'}`;
}

async function filterOf(options: OptionValues, config: Config): Promise<RejectFilter> {
  const { entityNamed } = await import('../sources/index.ts');
  const entities = options['entity'] as string[] | undefined;
  return {
    brands: options['brand'] === undefined ? undefined : brandsOf(options, config),
    entities: entities?.map((name) => entityNamed(name).name),
    code: options['code'] as string | undefined,
  };
}

/** Open rows by id, or all that the filters leave; never all by mistake. */
async function selectionOf(options: OptionValues, ids: readonly string[], config: Config): Promise<RejectFilter> {
  if (ids.length === 0 && options['all'] !== true) {
    throw new HubError('usage', 'selection_missing', 'No rows are named.', {
      nextStep: 'Give ids of hub quarantine list, or --all with filters.',
    });
  }
  if (ids.length > 0 && options['all'] === true) {
    throw new HubError('usage', 'conflicting_options', '--all and ids exclude each other.', { nextStep: 'Give the ids alone, or --all with filters and without ids.' });
  }
  return { ...(await filterOf(options, config)), status: 'open', ids: ids.length > 0 ? ids : undefined };
}

function valuesOf(options: OptionValues, ids: readonly string[]): ReadonlyMap<string, string> {
  const pairs = (options['set'] as string[] | undefined) ?? [];
  if (pairs.length > 0 && ids.length !== 1) {
    throw new HubError('usage', 'set_needs_one_row', '--set corrects one row at a time.', { nextStep: 'Give exactly one id.' });
  }
  return new Map(
    pairs.map((pair) => {
      const split = pair.indexOf('=');
      if (split > 0) return [pair.slice(0, split), pair.slice(split + 1)] as const;
      throw new HubError('usage', 'invalid_set', `"${pair}" is no column=value.`, { nextStep: 'For example: --set Amount=49.90' });
    }),
  );
}

/** Why a replay stored nothing, and what helps the rows that stay. */
function refusedText({ status, problems: [first] }: JobReport): string[] {
  if (status === 'succeeded') return [];
  return first?.code.startsWith('nothing_') === true ? ['', first.message, first.next ?? ''] : ['', nextForRows];
}

/** A listing holds no row texts and no values: they may be personal. */
function withoutText(row: RejectedRow): Partial<RejectedRow> {
  return { ...row, raw: undefined, reason: undefined, header: undefined };
}

function reasonOf(item: Readonly<Record<string, unknown>>): string | null {
  return typeof item['reason'] === 'string' ? item['reason'] : null;
}
