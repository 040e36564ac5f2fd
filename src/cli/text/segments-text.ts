import { formatMinor } from '../../core/money.ts';
import type { ShownSegments } from '../../metrics/explain/shown-segments.repository.ts';
import type { StoredSegment } from '../../metrics/explain/stored-segments.repository.ts';
import { textTable } from '../table.ts';

/** The recurring revenue of a subscription as it is stored, or that there is none. */
export function recurringText({ segments, names }: ShownSegments): string {
  if (segments.length === 0) return 'No recurring revenue is stored: it is test data or was never active, or hub build-metrics has not run.';
  return segmentsText(segments, (id) => names.get(id)?.number ?? id);
}

/**
 * Segments of recurring revenue with what they are made of, as people read them.
 * @param label what a charge is called, by its id
 */
export function segmentsText(segments: readonly StoredSegment[], label: (chargeId: string) => string): string {
  const names = (ids: readonly string[]): string | null => (ids.length === 0 ? null : ids.map(label).join(', '));
  return textTable(
    [{ title: 'MRR from' }, { title: 'to' }, { title: 'state' }, { title: 'MRR', align: 'right' }, { title: 'net share' }, { title: 'charges', long: 'wrap' }, { title: 'discounts', long: 'wrap' }, { title: 'unpriced', long: 'wrap' }],
    segments.map(({ from, to, state, mrr, currency, evidence }) => [from, to, state, formatMinor(mrr, currency), shareText(evidence.tax), names(evidence.charges), names(evidence.discounts), names(evidence.unpriced)]),
  );
}

/** The share of a price that is no tax, and whose invoice tells it: `2471/2990 chain`. */
function shareText({ net, tax, from }: StoredSegment['evidence']['tax']): string {
  return from === 'none' || from === 'excluded' ? from : `${net}/${net + tax} ${from}`;
}
