import type { Command } from '../../cli/command.ts';
import { ONE_DAY_AHEAD, asOfDate, date } from '../../cli/dates.ts';
import { option } from '../../cli/flag.ts';
import { brandsOf, dataFlags } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';
import { HubError } from '../../core/errors.ts';
import { lastCompleteWeek, weekNamed } from '../../digest/week.ts';

const { brand, dryRun, after, maxWait } = dataFlags;
const flags = {
  ...{ brand, dryRun, after, maxWait },
  asOf: option('--as-of <date>', 'the last week that is over on this date (YYYY-MM-DD; default: today, UTC)', date),
  week: option('--week <week>', 'this week, as 2026-W12', weekNamed),
};

/** Puts the week's summary into the outbox. */
export const sendSummary: Command = {
  name: 'send-summary',
  summary: 'the last complete week for people: revenue, subscriptions, marketing, stock, alerts',
  description:
    'Puts one summary of all brands into the outbox, or with --brand one of each of these, for the destinations that take ' +
    'digest.weekly; resend-relays sends it. A scope and week is sent once, however often it is asked for. Each figure stands ' +
    'beside the week before and the mean of four weeks; text and HTML of a mail say the same. --dry-run prints it only.',
  options: Object.values(flags),
  examples: ['hub send-summary', 'hub send-summary --week 2026-W12 --dry-run', 'hub send-summary --brand alpina belmont'],
  decidesByDate: true,
  async run(context, options) {
    const { config } = context;
    const isDry = flags.dryRun.of(options);
    const [asOf, week, upstream] = [flags.asOf.of(options), flags.week.of(options), upstreamOf(options, 'send-summary')];
    const brands = brandsOf(options, config);
    const scopes = flags.brand.isGiven(options) ? brands : ['*'];
    const destinations = await context.destinations();
    const database = await context.database({ dryRun: isDry });
    const last = lastCompleteWeek(asOfDate(asOf, context.clock, { dryRun: isDry, ahead: ONE_DAY_AHEAD }));
    if (week !== undefined && week.to > last.to && !isDry) {
      throw new HubError('usage', 'week_not_over', `Week ${week.name} is not over: its last day is ${week.to}.`, { nextStep: `Send ${last.name}, or look at it with --dry-run.` });
    }
    await awaitUpstream(context, database, brands, upstream);
    const [{ runSendSummary }, { summaryOutput }] = [await import('../../digest/run-send-summary.ts'), await import('../../cli/outputs/summary-output.ts')];
    const names = new Map(config.brands.map(({ id, name }) => [id, name]));
    const nameOf = (scope: string): string => (scope === '*' ? 'All brands' : (names.get(scope) ?? scope));
    return summaryOutput(await runSendSummary({ ...context, database, destinations }, { week: week ?? last, scopes, nameOf, dryRun: isDry }));
  },
};
