import type { Context } from '../../context.ts';
import { HubError, messageOf } from '../../core/errors.ts';
import type { Preview } from '../../relays/preview.ts';
import { textTable } from '../../cli/table.ts';
import type { Check } from '../checks/check.ts';
import type { Command } from '../../cli/command.ts';
import { toggle } from '../../cli/flag.ts';

const destinations = toggle('--destinations', 'show the addresses of the destinations with the values of an example');

/** How a check ended: `warn` works, but could be better; `skip` needs something that failed. */
type Status = 'ok' | 'warn' | 'fail' | 'skip';

interface Result {
  readonly name: string;
  readonly status: Status;
  readonly found: string;
  readonly next?: string | undefined;
}

const SHOWN: Record<Status, string> = { ok: 'ok', warn: 'warn', fail: 'FAIL', skip: 'skip' };

/** Checks what the commands need, and says what to do where something is missing. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'check configuration, database, lake, clock, rights, folders and disk',
  description:
    'Looks at everything that the commands need, and says what to do where something is missing. Ends with code 2 if a ' +
    'check fails; a warning is no failure. It leaves nothing behind. With --destinations it also shows what would be called ' +
    'for an example of each destination, and calls nothing.',
  options: [destinations],
  examples: ['hub doctor', 'hub doctor --output json', 'hub doctor --destinations'],
  async run(context, options) {
    const { checks } = await import('../checks/index.ts');
    const results = await runChecks(checks, context);
    const failed = results.filter(({ status }) => status === 'fail').length;
    if (failed > 0) context.logger.error(`${failed} of ${results.length} checks failed`);
    const previews = destinations.of(options) ? await previewsOf(context) : undefined;
    return {
      text: [reportText(results), ...(previews === undefined ? [] : ['', previewText(previews)])].join('\n'),
      json: { ok: failed === 0, checks: results, ...(previews === undefined ? {} : { destinations: previews }) },
      failed: failed > 0,
    };
  },
};

/** What would be called, as far as destinations.yaml can be read: the check of the same name says why if not. */
async function previewsOf(context: Context): Promise<Preview[]> {
  const { previewDestination } = await import('../../relays/preview.ts');
  const declared = await context.destinations().catch(() => []);
  return declared.flatMap((destination) => previewDestination(destination, context.version, context.clock.now()));
}

function previewText(previews: readonly Preview[]): string {
  const rows = previews.map(({ destination, kind, request, problem }) => [destination, kind, request ?? problem]);
  return textTable(['destination', 'example', 'what would be called'].map((title) => ({ title })), rows);
}

/** Runs the checks in their order; one that needs a failed one is skipped. */
export async function runChecks(checks: readonly Check[], context: Context): Promise<Result[]> {
  const results: Result[] = [];
  for (const check of checks) {
    const missing = (check.needs ?? []).find((name) => results.some((result) => result.name === name && result.status !== 'ok' && result.status !== 'warn'));
    results.push(missing === undefined ? await runCheck(check, context) : { name: check.name, status: 'skip', found: `needs: ${missing}` });
  }
  return results;
}

async function runCheck(check: Check, context: Context): Promise<Result> {
  try {
    const { found, advice } = await check.run(context);
    return { name: check.name, status: advice === undefined ? 'ok' : 'warn', found, ...(advice === undefined ? {} : { next: advice }) };
  } catch (error) {
    const next = (error instanceof HubError ? error.nextStep : undefined) ?? 'Run hub doctor --log-level debug, and report the error.';
    return { name: check.name, status: 'fail', found: messageOf(error), next };
  }
}

function reportText(results: readonly Result[]): string {
  const table = textTable(
    [{ title: '' }, { title: 'check' }, { title: 'found', long: 'wrap' }],
    results.map(({ status, name, found }) => [SHOWN[status], name, found]),
  );
  const remedies = (wanted: Status): string[] => results.flatMap(({ name, status, next }) => (status === wanted && next !== undefined ? [`  ${name}: ${next}`] : []));
  const [must, should] = [remedies('fail'), remedies('warn')];
  return [table, ...(must.length > 0 ? ['', 'What to do:', ...must] : []), ...(should.length > 0 ? ['', 'What would be better:', ...should] : [])].join('\n');
}
