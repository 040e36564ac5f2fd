import { HubError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { problem, type Problem } from '../core/problem.ts';
import { addDays, startOfDay, type Instant, type LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import { fencedTransaction } from '../engine/runs/fenced.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../engine/runs/job.ts';
import type { DeclaredDestination } from '../relays/destinations/destination.ts';
import { enqueueFacts } from '../relays/outbox.ts';
import { alertFact } from './alert-fact.ts';
import { decideStates, type Decision } from './alert-state.ts';
import { readAlertStates, writeAlertStates } from './alert-states.repository.ts';
import { judgeRule } from './judge-rule.ts';
import { readFeedTimes, readMetricsBuilt } from './metric-rows.repository.ts';
import type { AlertRule } from './rule.ts';
import type { Verdict } from './verdict.ts';

/** What is asked for. */
export interface CheckAlertsRequest {
  readonly asOf: LocalDate;
  readonly brands: readonly string[];
  /** Rules by id; undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly dryRun: boolean;
}

export interface CheckAlertsServices extends JobServices {
  readonly rules: readonly AlertRule[];
  readonly destinations: readonly DeclaredDestination[];
  readonly signal: AbortSignal;
}

/** What a rule found and what came of it. */
interface Checked {
  readonly rule: AlertRule;
  readonly verdicts: readonly Verdict[];
  readonly decision: Decision;
  readonly relays: number;
}

/** Holds every rule against the metrics, as one recorded run: states and what people are told commit together, rule by rule. */
export function runCheckAlerts(services: CheckAlertsServices, request: CheckAlertsRequest): Promise<JobReport> {
  const { asOf, brands, only, dryRun } = request;
  const spec = { command: 'check-alerts', brands, shard: '1/1', dryRun, params: { as_of: asOf, brands, rules: only ?? null } };
  return runJob(services, spec, async (job, guarded): Promise<JobOutcome> => {
    const checked: Checked[] = [];
    for (const rule of services.rules.filter(({ id }) => only === undefined || only.includes(id))) {
      if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'Checking alerts was interrupted; the rules before are recorded.');
      const check = (tx: Transaction): Promise<Checked> => checkRule(tx, guarded, request, rule, job);
      checked.push(await (dryRun ? guarded.database.rehearse(check) : fencedTransaction(guarded, job.leases, check)));
      failpoint('alerts.checked');
    }
    return outcomeOf(checked, services.destinations);
  });
}

async function checkRule(tx: Transaction, { database, clock, destinations }: CheckAlertsServices, request: CheckAlertsRequest, rule: AlertRule, job: Job): Promise<Checked> {
  const { asOf, brands } = request;
  const now = clock.now();
  const own = rule.brands === undefined ? (rule.table.hasGroupRows === true ? [...brands, '*'] : brands) : rule.brands.filter((brand) => brand === '*' || brands.includes(brand));
  const freshness = { metricsBuilt: await readMetricsBuilt(tx), feeds: await readFeedTimes(tx, brands) };
  const verdicts = await judgeRule(tx, rule, own, freshness, { asOf, at: earlierOf(now, startOfDay(addDays(asOf, 1))) });
  const unknown = new Set(verdicts.filter(({ subjectId }) => subjectId === '').map(({ brand }) => brand));
  const decision = decideStates(rule, await readAlertStates(tx, rule.id), verdicts.filter(({ subjectId }) => subjectId !== ''), asOf, now, ({ brand }) => brand !== null && own.includes(brand) && !unknown.has(brand));
  await writeAlertStates(tx, rule, decision.changed, { asOf, runId: job.runId, now });
  const facts = [
    ...(decision.fired.length === 0 ? [] : [alertFact('alert.fired', rule, decision.fired, asOf, now)]),
    ...(decision.resolved.length === 0 ? [] : [alertFact('alert.resolved', rule, decision.resolved, asOf, now)]),
  ];
  return { rule, verdicts, decision, relays: await enqueueFacts(database, tx, destinations, facts, now) };
}

function outcomeOf(checked: readonly Checked[], destinations: readonly DeclaredDestination[]): JobOutcome {
  const items = checked.map(({ rule, verdicts, decision, relays }) => {
    const count = (finding: Verdict['finding']): number => verdicts.filter((verdict) => verdict.finding === finding).length;
    return {
      ...{ rule: rule.id, severity: rule.severity, subjects: verdicts.length, firing: count('firing'), ok: count('ok'), not_evaluated: count('not_evaluated') },
      ...{ told: decision.fired.length, resolved: decision.resolved.length, relays },
      verdicts: verdicts.map(({ subject, finding, value, threshold, reason }) => ({ subject, verdict: finding, value, threshold, reason })),
    };
  });
  const sum = (pick: (item: (typeof items)[number]) => number): number => items.reduce((total, item) => total + pick(item), 0);
  const unevaluated = sum((item) => item.not_evaluated);
  const told = sum((item) => item.told + item.resolved);
  const isHeard = destinations.some(({ enabled, kinds }) => enabled && kinds.has('alert.fired'));
  return {
    status: unevaluated > 0 ? 'refused' : 'succeeded',
    totals: { rules: items.length, firing: sum((item) => item.firing), told: sum((item) => item.told), resolved: sum((item) => item.resolved), not_evaluated: unevaluated, relays: sum((item) => item.relays) },
    items,
    problems: [...unevaluatedProblems(checked), ...(told > 0 && !isHeard ? [problem('alerts_unheard', 'no destination takes alert.fired, so nobody is told', { next: 'Switch team-chat or team-mail on in destinations.yaml.' })] : [])],
  };
}

/** One problem for each rule and reason. */
function unevaluatedProblems(checked: readonly Checked[]): Problem[] {
  return checked.flatMap(({ rule, verdicts }) => {
    const reasons = new Map<string, string[]>();
    for (const { finding, reason, subject } of verdicts) if (finding === 'not_evaluated') reasons.set(reason ?? '', [...(reasons.get(reason ?? '') ?? []), subject]);
    return [...reasons].map(([reason, subjects]) => problem('alert_not_evaluated', `${rule.id}: ${reason} (${subjects.slice(0, 3).join('; ')}${subjects.length > 3 ? ` and ${subjects.length - 3} more` : ''})`, { next: 'The rule stays as it was. See hub doctor, then build metrics again.' }));
  });
}

function earlierOf(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}
