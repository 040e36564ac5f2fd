import { shownText, shownValue } from '../../core/time.ts';

/**
 * A jsondiffpatch delta of a flat record as lines: `status: Draft → Posted`. Nested values are shown as JSON.
 * Format of the deltas: jsondiffpatch documentation, "Delta Format".
 */
export function describeDelta(delta: unknown): string[] {
  if (typeof delta !== 'object' || delta === null) return [];
  return Object.entries(delta).map(([field, change]) => `${field}: ${describeFieldChange(change)}`);
}

function describeFieldChange(change: unknown): string {
  if (!Array.isArray(change)) return JSON.stringify(change, shownValue);
  const values = change as readonly unknown[];
  if (values.length === 1) return `– → ${show(values[0])}`;
  if (values.length === 2) return `${show(values[0])} → ${show(values[1])}`;
  return `${show(values[0])} → –`;
}

function show(value: unknown): string {
  return typeof value === 'string' ? shownText(value) : JSON.stringify(value, shownValue);
}
