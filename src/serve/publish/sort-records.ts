import { parseInstant, type Instant } from '../../core/time.ts';
import { readJournal, type ByteRange } from '../journal/framing.ts';
import { readOpening } from '../journal/segment.ts';

/** The records of a segment that go into one part, in their order. */
interface RecordGroup {
  readonly kind: string;
  readonly brand: string;
  readonly bodies: Buffer[];
}

/** A segment, sorted for publishing. */
export interface SortedSegment {
  /** Of the opening record; without one, the second in which the first record was received. Undefined without any record. */
  readonly openedAt: Instant | undefined;
  /** By kind and brand, in text order. */
  readonly groups: readonly RecordGroup[];
  readonly records: number;
  readonly corrupt: readonly ByteRange[];
  readonly torn: ByteRange | undefined;
}

/** Names that may stand in a path. */
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Sorts the records of a segment by kind and brand. A record that names neither is none that hub wrote: it counts as
 * corrupt.
 */
export function sortRecords(bytes: Buffer): SortedSegment {
  const groups = new Map<string, RecordGroup>();
  const corrupt: ByteRange[] = [];
  let torn: ByteRange | undefined;
  let openedAt: Instant | undefined;
  let firstReceived: Instant | undefined;
  let records = 0;
  for (const entry of readJournal(bytes)) {
    if (entry.kind === 'torn') torn = entry.range;
    if (entry.kind === 'corrupt') corrupt.push(entry.range);
    if (entry.kind !== 'record') continue;
    const opening = readOpening(entry.value);
    const { kind, brand, received_at: received } = Object(entry.value) as Record<string, unknown>;
    if (opening !== undefined) {
      openedAt ??= opening.openedAt;
    } else if (isName(kind) && isName(brand)) {
      const key = `${kind}/${brand}`;
      const group = groups.get(key) ?? { kind, brand, bodies: [] };
      groups.set(key, group);
      group.bodies.push(entry.body);
      firstReceived ??= typeof received === 'string' ? parseInstant(received) : undefined;
      records++;
    } else {
      corrupt.push(entry.range);
    }
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  return { openedAt: openedAt ?? firstReceived, groups: sorted, records, corrupt, torn };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value);
}
