import type { Command } from '../../cli/command.ts';
import { alertRulesOf } from '../../cli/alert-rules.ts';
import { ONE_DAY_AHEAD, asOfDate, date } from '../../cli/dates.ts';
import { list, option } from '../../cli/flag.ts';
import { brandsOf, dataFlags, namesAmong } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';

const { brand, dryRun, after, maxWait } = dataFlags;
const flags = {
  ...{ brand, dryRun, after, maxWait },
  asOf: option('--as-of <date>', 'the date of the check (YYYY-MM-DD; default: today, UTC)', date),
  rule: list('--rule <id...>', 'only these rules of alerts.yaml'),
};

/** Holds the rules of alerts.yaml against the metrics. */
export const checkAlerts: Command = {
  name: 'check-alerts',
  summary: 'hold the rules of alerts.yaml against the metrics, and tell people what fires',
  description:
    'What begins to fire, goes on after its cooldown, or ends (where the rule says so) is put into the outbox together with the ' +
    'state of the rule, so that nothing is told of twice; resend-relays sends it. A rule whose metrics or feed are older than 26 ' +
    'hours, unknown or provisional is not evaluated: it neither fires nor ends, and the run ends with 3. --dry-run prints value, ' +
    'limit and verdict of every rule.',
  options: Object.values(flags),
  examples: ['hub check-alerts', 'hub check-alerts --dry-run    # value, limit and verdict of every rule', 'hub check-alerts --rule stock-out --brand alpina', 'hub check-alerts --after build-metrics --max-wait 2h'],
  decidesByDate: true,
  async run(context, options) {
    const { config } = context;
    const isDry = flags.dryRun.of(options);
    const [asOf, brands, upstream] = [flags.asOf.of(options), brandsOf(options, config), upstreamOf(options, 'check-alerts')];
    const rules = await alertRulesOf(context);
    const wanted = flags.rule.of(options);
    const only = wanted === undefined ? undefined : namesAmong(wanted, rules.map(({ id }) => id), 'rule');
    const destinations = await context.destinations();
    const database = await context.database({ dryRun: isDry });
    await awaitUpstream(context, database, brands, upstream);
    const [{ runCheckAlerts }, { alertsOutput }] = [await import('../../alerts/run-check-alerts.ts'), await import('../../cli/outputs/alerts-output.ts')];
    const date = asOfDate(asOf, context.clock, { dryRun: isDry, ahead: ONE_DAY_AHEAD });
    return alertsOutput(await runCheckAlerts({ ...context, database, rules, destinations }, { asOf: date, brands, only, dryRun: isDry }));
  },
};
