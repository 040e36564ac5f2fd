import { HubError } from '../../core/errors.ts';
import type { Config } from '../../config.ts';
import { toIso } from '../../core/time.ts';
import { countRejects, findReject, listRejects, rejectCodes, type RejectFilter, type RejectedRow } from '../../raw/quarantine/quarantine.repository.ts';
import { nextForRows } from '../../raw/import/problems/reject-problems.ts';
import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable } from '../../cli/table.ts';
import type { Command, OptionValues } from '../../cli/command.ts';
import { limitLine } from '../../cli/text/problems-text.ts';
import { Confirmation, choice, count, list as several, option, toggle, values } from '../../cli/flag.ts';
import { knownBrands } from '../../cli/options.ts';
import { idsOrAll } from '../../cli/selection.ts';
import { intakeKindNames } from '../../leads/intake/intake-kind.ts';

const filterFlags = {
  brand: several('--brand <id...>', 'only rows of these brands'),
  entity: several('--entity <name...>', 'only rows of these entities'),
  code: choice('--code <code>', 'only rows rejected for this reason', rejectCodes),
};
const listFlags = {
  ...filterFlags,
  status: choice('--status <status>', 'open, replayed or discarded', ['open', 'replayed', 'discarded']).or('open'),
  limit: option('--limit <count>', 'how many rows at most', count).or('20'),
};
const selectionFlags = { ...filterFlags, all: new Confirmation('--all', 'all open rows that the filters leave') };
const replayFlags = {
  ...selectionFlags,
  set: values('--set <column=value...>', 'use this value instead; only with a single id'),
  dryRun: toggle('--dry-run', 'say what would be stored, write nothing'),
};

const list: Command = {
  name: 'list',
  summary: 'list rejected rows by place and reason',
  options: Object.values(listFlags),
  examples: ['hub quarantine list', 'hub quarantine list --entity invoice --code ambiguous_shift --limit 100'],
  async run(context, options) {
    const database = await context.database();
    const filter = { ...(await filterOf(options, context.config)), status: listFlags.status.of(options) };
    const [sums, rows] = [await countRejects(database, filter), await listRejects(database, { ...filter, limit: listFlags.limit.of(options) })];
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
    const more = limitLine('first', rows.length, total, 'rows');
    const next = ['', 'One row with its text and reason: hub quarantine show <id>'];
    if (filter.status === 'open') next.push('Again after a fix, corrected by hand, or not wanted: hub quarantine replay --help, discard --help');
    return { text: [sumTable, '', rowTable, ...(more.length > 0 ? ['', ...more] : []), ...next].join('\n'), json: { sums, rows: rows.map(withoutText) } };
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
  options: Object.values(replayFlags),
  examples: [
    'hub quarantine replay --all --dry-run',
    'hub quarantine replay --all --entity invoice',
    'hub quarantine replay 3f9a1c22d0b1e4a7 --set Amount=49.90',
  ],
  async run(context, options, ids) {
    const filter = await selectionOf(options, ids, context.config);
    const [{ replayRejects }, { formatNumber }] = [await import('../../raw/import/replay.ts'), await import('../../cli/outputs/job-output.ts')];
    const dryRun = replayFlags.dryRun.of(options);
    const database = await context.database({ dryRun });
    const { factsOf } = await import('../../facts/index.ts');
    const report = await replayRejects({ ...context, database, factsOf }, filter, valuesOf(options, ids), dryRun);
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
  options: Object.values(selectionFlags),
  examples: ['hub quarantine discard 3f9a1c22d0b1e4a7', 'hub quarantine discard --all --code unrepairable --brand corvina'],
  async run(context, options, ids) {
    const filter = await selectionOf(options, ids, context.config);
    const [{ discardRejects }, { formatNumber }] = [await import('../../raw/import/replay.ts'), await import('../../cli/outputs/job-output.ts')];
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
  const { entityNamed } = await import('../../sources/index.ts');
  const brands = filterFlags.brand.of(options);
  return {
    brands: brands === undefined ? undefined : knownBrands(brands, config),
    // Lines of the intake are no entities of a lake, and lie in quarantine too.
    entities: filterFlags.entity.of(options)?.map((name) => (intakeKindNames.some((kind) => kind === name) ? name : entityNamed(name).name)),
    code: filterFlags.code.of(options),
  };
}

/** Open rows by id, or all that the filters leave; never all by mistake. */
async function selectionOf(options: OptionValues, ids: readonly string[], config: Config): Promise<RejectFilter> {
  const named = idsOrAll(ids, selectionFlags.all.of(options), { what: 'rows', remedy: 'Give ids of hub quarantine list, or --all with filters.' });
  return { ...(await filterOf(options, config)), status: 'open', ids: named };
}

function valuesOf(options: OptionValues, ids: readonly string[]): ReadonlyMap<string, string> {
  const pairs = replayFlags.set.of(options) ?? [];
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
