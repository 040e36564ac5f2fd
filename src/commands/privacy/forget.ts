import type { Config } from '../../config.ts';
import { domainForms, readEmail } from '../../core/text/email.ts';
import { HubError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { spellingOf, type Spelling } from '../../raw/events/spellings.repository.ts';
import type { IntakePlace } from '../../privacy/erasure/intake.ts';
import { parseDuration } from '../../core/time.ts';
import type { JobReport } from '../../engine/runs/job.ts';
import { formatCount } from '../../core/text/counts.ts';
import { textTable } from '../../cli/table.ts';
import type { Command } from '../../cli/command.ts';
import { option, toggle } from '../../cli/flag.ts';
import { dryRunMark } from '../../cli/text/run-heading.ts';

const flags = {
  hash: option('--hash <sha256>', 'the SHA-256 of the address, trimmed and in lower case, in place of the address'),
  dryRun: toggle('--dry-run', 'count what would be erased, and erase nothing'),
};

/** Erases a person. */
export const forget: Command = {
  name: 'forget',
  summary: 'erase a person everywhere, and leave a receipt',
  description:
    'Erases what hub holds of a person: contacts, names, e-mail events, leads with the parts of the intake, quarantined rows, ' +
    'documents, bodies of relays, audit deltas. A server that runs leaves the person out of what it publishes. Money stays, on accounts of nobody who is known. A hash is left, so that no import brings the person back. ' +
    'The next build-audiences takes the person off the platforms. Repeating it is harmless, and erases what has come since.',
  arguments: '[email]',
  options: Object.values(flags),
  examples: ['hub forget person@mail.example', 'hub forget --hash 5ac6a5945f16500911219129984ba8b387a06f24fe383ce4e81a73294065461b', 'hub forget person@mail.example --dry-run'],
  decidesByDate: true,
  async run(context, options, [email]) {
    const whom = whomOf(email, flags.hash.of(options));
    const dryRun = flags.dryRun.of(options);
    const database = await context.database({ dryRun });
    const { runForget } = await import('../../privacy/erasure/run-forget.ts');
    const report = await runForget({ ...context, database, sourceLake: await context.sourceLake() }, { ...whom, brands: context.config.brands.map(({ id }) => id), intake: intakeOf(context.config), dryRun });
    return { text: textOf(report), json: report };
  },
};

function intakeOf(config: Config): IntakePlace {
  return { url: config.server().intakeUrl, rotateMs: parseDuration(config.serve.journal.rotate) ?? 0 };
}

function whomOf(text: string | undefined, hash: string | undefined): { readonly emailSha256: string; readonly otherForms?: readonly string[]; readonly spelling?: Spelling | undefined } {
  if ((text === undefined) === (hash === undefined)) {
    throw new HubError('usage', 'whom_to_forget', 'Give either an address or --hash.', { nextStep: 'For example: hub forget person@mail.example' });
  }
  if (hash !== undefined) {
    if (/^[0-9a-f]{64}$/i.test(hash)) return { emailSha256: hash.toLowerCase() };
    throw new HubError('usage', 'invalid_hash', 'The value of --hash is no SHA-256.', { nextStep: 'Give 64 hex digits.' });
  }
  const email = readEmail(text ?? null);
  if (email !== undefined) {
    const emailSha256 = sha256Hex(email);
    return { emailSha256, otherForms: domainForms(email).map(sha256Hex).filter((form) => form !== emailSha256), spelling: spellingOf(email) };
  }
  throw new HubError('usage', 'invalid_address', 'The argument is no e-mail address.', { nextStep: 'Give it as person@mail.example, or its SHA-256 with --hash.' });
}

function textOf(report: JobReport): string {
  const { totals, items, warnings, dry_run: dry, run_id: run } = report;
  const records = Number(totals['records']);
  const head = dry
    ? `forget: ${formatCount(records)} records would be erased${dryRunMark(report)}`
    : `forget: done, ${formatCount(records)} records erased, run ${run}`;
  const table = items.length === 0 ? [] : ['', textTable([{ title: dry ? 'would be erased in' : 'erased in' }, { title: 'records', align: 'right' }], items.map((item) => [String(item['table']), Number(item['records'])]))];
  const receipt = dry ? [] : ['', `Receipt ${String(totals['receipt'])}, first erased ${String(totals['erased_at'])}`, `Servers that run have left the person out of their journals by ${String(totals['journals_by'])}`];
  return [head, ...table, ...receipt, ...warnings].join('\n');
}
