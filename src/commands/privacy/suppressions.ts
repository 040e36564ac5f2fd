import type { Context } from '../../context.ts';
import { HubError } from '../../core/errors.ts';
import { useOneOf } from '../../core/text/nearest.ts';
import type { TextLine } from '../../core/text/text-lines.ts';
import { dateOf, parseInstant, toIso, type Instant } from '../../core/time.ts';
import { asKey } from '../../db/key-lookup.ts';
import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable } from '../../cli/table.ts';
import type { Command, OptionValues, Output } from '../../cli/command.ts';
import { count, option, toggle } from '../../cli/flag.ts';
import { dryRunMark } from '../../cli/text/run-heading.ts';

const dryRunFlag = toggle('--dry-run', 'say what would change, write nothing');

const addFlags = {
  file: option('--file <file>', 'the file; - for standard input').needed(),
  reason: option('--reason <word>', 'the reason of lines that give none').or('request'),
  date: option('--date <date>', 'since when, for lines that give no date (YYYY-MM-DD; default: now)', since),
  dryRun: dryRunFlag,
};

const add: Command = {
  name: 'import',
  summary: 'suppress whom a file names: no list and no lead has them any more',
  description:
    'Each line is an address as mail systems write it, or the SHA-256 of one (trimmed and in lower case), and if wanted a ' +
    'reason and a date behind it, separated by commas. Only hashes are stored. A header and empty lines are passed over.',
  options: Object.values(addFlags),
  examples: ['hub suppressions import --file objections.csv --reason complaint', 'hub suppressions import --file - --dry-run'],
  decidesByDate: true,
  async run(context, options) {
    const { isReason } = await import('../../privacy/suppressions/suppression-line.ts');
    const reason = addFlags.reason.of(options).toLowerCase();
    if (!isReason(reason)) {
      throw new HubError('usage', 'invalid_reason', `"${reason}" is no reason.`, { nextStep: 'Give a word of letters, digits and _; erased is what hub forget leaves.' });
    }
    const given = addFlags.date.of(options);
    const file = addFlags.file.of(options);
    const { importSuppressions } = await import('../../privacy/suppressions/run-suppressions.ts');
    const { services, source } = await opened(context, options, { file, lines: context.lines(file) });
    const now = context.clock.now();
    if (given !== undefined && given > now) {
      throw new HubError('usage', 'future_date', `--date ${dateOf(given)} lies in the future: today is ${dateOf(now)} (UTC).`, { nextStep: 'Give a date that has come, or leave --date out for now.' });
    }
    return output(await importSuppressions(services, source, { reason, since: given ?? now, now }), ['added', 'known']);
  },
};

const removeFlags = { file: option('--file <file>', 'a file with an address or hash a line; - for standard input'), dryRun: dryRunFlag };

const remove: Command = {
  name: 'remove',
  summary: 'take a suppression back, by address, hash or file; never an erasure',
  arguments: '[who...]',
  options: Object.values(removeFlags),
  examples: ['hub suppressions remove person@mail.example', 'hub suppressions remove --file returned.txt'],
  async run(context, options, who) {
    const file = removeFlags.file.of(options);
    if ((file === undefined) === (who.length === 0)) {
      throw new HubError('usage', 'whom_to_remove', 'Give either addresses or hashes, or --file.', { nextStep: 'For example: hub suppressions remove person@mail.example' });
    }
    const { removeFromSuppressions } = await import('../../privacy/suppressions/run-suppressions.ts');
    const { services, source } = await opened(context, options, file === undefined ? { file: 'arguments', lines: asLines(who) } : { file, lines: context.lines(file) });
    return output(await removeFromSuppressions(services, source), ['removed', 'unknown', 'erased']);
  },
};

const listFlags = { reason: option('--reason <word>', 'only of this reason'), limit: option('--limit <count>', 'how many hashes at most', count).or('20') };

const list: Command = {
  name: 'list',
  summary: 'list suppressions by reason, as hashes',
  options: Object.values(listFlags),
  examples: ['hub suppressions list', 'hub suppressions list --reason complaint --limit 1000 --output json'],
  async run(context, options) {
    const { countSuppressions, listSuppressions } = await import('../../privacy/suppressions/suppressions.repository.ts');
    const database = await context.database();
    const sums = await countSuppressions(database);
    const reason = listFlags.reason.of(options);
    const reasons = sums.map(({ reason: known }) => known);
    if (reason !== undefined && sums.length > 0 && !reasons.includes(reason)) {
      throw new HubError('usage', 'unknown_reason', `Nobody is suppressed for the reason "${reason}".`, { nextStep: useOneOf(reason, reasons) });
    }
    const rows = await listSuppressions(database, reason === undefined ? undefined : asKey(reason), listFlags.limit.of(options));
    const shown = rows.map(({ email_sha256: hash, reason, created_at: at }) => ({ email_sha256: hash, reason, since: toIso(at) }));
    if (sums.length === 0) return { text: 'Nobody is suppressed.', json: { sums, suppressions: shown } };
    const byReason = textTable([{ title: 'reason' }, { title: 'suppressed', align: 'right' }], sums.map(({ reason, suppressions }) => [reason, suppressions]));
    const table = textTable(['sha256 of the address', 'reason', 'since'].map((title) => ({ title })), shown.map((row) => [row.email_sha256, row.reason, row.since]));
    return { text: [byReason, '', table].join('\n'), json: { sums, suppressions: shown } };
  },
};

/** Looks after who must not be delivered to anybody. */
export const suppressions: Command = {
  name: 'suppressions',
  summary: 'keep people out of every list and lead, and see who is',
  commands: [add, list, remove],
};

/** Since when somebody is suppressed: a date, or an instant in ISO 8601. @throws HubError usage */
function since(text: string, flag: string): Instant {
  const named = parseInstant(text);
  if (named !== undefined) return named;
  throw new HubError('usage', 'invalid_date', `"${text}" is no date for ${flag}.`, { nextStep: 'Give YYYY-MM-DD.' });
}

async function* asLines(texts: readonly string[]): AsyncGenerator<TextLine> {
  yield* await Promise.resolve(texts.map((text) => ({ text })));
}

async function opened(context: Context, options: OptionValues, from: { file: string; lines: AsyncIterable<TextLine> }) {
  const dryRun = dryRunFlag.of(options);
  return { services: { ...context, database: await context.database({ dryRun }) }, source: { ...from, dryRun } };
}

function output(report: JobReport, names: readonly string[]): Output {
  const totals = report.totals as Record<string, number>;
  const counts = [...names, 'rejected'].map((name) => `${formatCount(totals[name] ?? 0)} ${name}`).join(', ');
  return { text: [`${formatCount(totals['read'] ?? 0)} lines read: ${counts}${dryRunMark(report)}`, ...report.warnings].join('\n'), json: report, refused: report.status === 'refused' };
}
