import { compareText } from '../core/compare.ts';
import { sha256Hex } from '../core/hash.ts';
import { firstOf } from '../core/text/first-of.ts';
import { toIso, type Instant, type LocalDate } from '../core/time.ts';
import type { Notice, NoticePart } from '../relays/notices/notice.ts';
import type { Fact } from '../relays/outbox.ts';
import type { AlertState } from './alert-state.ts';
import type { AlertRule } from './rule.ts';

const MOST_LISTED = 20;

/** All due subjects of a rule as one relay: the same fact has the same key, whoever finds it how often. */
export function alertFact(kind: 'alert.fired' | 'alert.resolved', rule: Pick<AlertRule, 'id' | 'title' | 'severity'>, states: readonly AlertState[], asOf: LocalDate, now: Instant): Fact {
  const sorted = states.toSorted((a, b) => compareText(a.subject, b.subject) || compareText(a.subjectId, b.subjectId));
  const { shown, more } = firstOf(sorted, MOST_LISTED);
  const subjects = shown.map(({ subject, value, threshold, since }) => ({ subject, value, threshold, since }));
  const data = { rule: rule.id, severity: rule.severity, as_of: asOf, subjects, more };
  const payload = JSON.stringify({ type: kind, timestamp: toIso(now), data, notice: noticeOf(kind, rule, shown, more, asOf) });
  const brands = new Set(states.map(({ brand }) => brand));
  const [brand = null] = brands.size === 1 ? [...brands] : [];
  const key = sha256Hex(JSON.stringify(sorted.map(({ subjectId, since, repetition }) => [subjectId, since, repetition])));
  return { kind, brand: brand === '*' ? null : brand, subjectId: null, version: null, personId: null, payload, dedupeKey: `${kind}/${rule.id}/${key}` };
}

function noticeOf(kind: 'alert.fired' | 'alert.resolved', { id, title, severity }: Pick<AlertRule, 'id' | 'title' | 'severity'>, shown: readonly AlertState[], more: number, asOf: LocalDate): Notice {
  const isOver = kind === 'alert.resolved';
  const table: NoticePart = {
    kind: 'table',
    columns: [{ title: 'what' }, { title: 'value', align: 'right' }, { title: 'limit' }, { title: isOver ? 'well since' : 'since' }],
    rows: shown.map(({ subject, value, threshold, since }) => [subject, value ?? '–', threshold ?? '–', since]),
  };
  const count = shown.length + more;
  return {
    title: `${isOver ? 'Resolved' : severity === 'critical' ? 'Critical' : severity === 'warning' ? 'Warning' : 'Note'}: ${title} (${count})`,
    severity: isOver ? 'info' : severity,
    parts: [
      { kind: 'text', text: `As of ${asOf}.` },
      table,
      ...(more === 0 ? [] : [{ kind: 'text' as const, text: `… and ${more} more; hub check-alerts --dry-run prints them.` }]),
      { kind: 'text', text: `Rule ${id} of alerts.yaml; what to do is in docs/runbook.md.` },
    ],
  };
}
