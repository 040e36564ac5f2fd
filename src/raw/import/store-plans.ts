import { HubError } from '../../core/errors.ts';
import type { Slabs } from '../../core/text/line-log.ts';
import { BatchReader, CHUNK_ROWS, type PlannedBatch, type ReadContext } from '../read/batch-reader.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { keepingOf } from '../keeping/keeping.ts';
import { SortedRows } from '../keeping/newest/sorted-rows.ts';
import type { RawRow } from '../rows/row-parser.ts';
import type { SortCapacity } from '../store/sort/line-sorter.client.ts';

/** A batch that was read to its end. */
export interface WholeBatch {
  readonly reader: BatchReader;
  readonly rows: readonly RawRow[];
}

/** A batch that is being read. What was read already is in `first`, or in `rows`. */
export interface BegunBatch {
  readonly reader: BatchReader;
  readonly first: readonly RawRow[];
  /** Rows of the feed in the order of their keys, if they can be kept so. */
  readonly rows: SortedRows | undefined;
}

/**
 * What of a feed is stored in one transaction: batches whose rows were sorted together, some that fit into memory together,
 * or one that fits nowhere. What cannot be stored is told in its place.
 */
export type StorePlan =
  | { readonly kind: 'sorted'; readonly rows: SortedRows; readonly readers: readonly BatchReader[] }
  | { readonly kind: 'whole'; readonly batches: readonly WholeBatch[] }
  /** Each call of `begin` starts the reading anew, but for what was read already: a transaction may have to run again. */
  | { readonly kind: 'large'; readonly planned: PlannedBatch; readonly begin: () => BegunBatch; readonly rows: SortedRows | undefined }
  | { readonly kind: 'refused'; readonly reader: BatchReader; readonly error: HubError };

/** Rows of whole batches that share a transaction: the more, the fewer pages of the table each of them has to find. */
const GROUP_ROWS = 10_000;
/** Batches that do; a statement has no room for the history of thousands. */
const MOST_BATCHES = 200;

/** What plans are made with. */
export interface StorePlanContext extends ReadContext {
  readonly changeNo: number;
  readonly slabs: Slabs;
  /** For sorted rows, if not as much as usual. */
  readonly capacity?: SortCapacity;
}

/** Reads batches one after the other and hands them out as plans of what is stored together, in their order. */
export async function* storePlansOf(context: StorePlanContext, entity: Entity, batches: readonly PlannedBatch[]): AsyncGenerator<StorePlan, void> {
  if (keepingOf(entity).sorts) {
    for (let rest = batches; rest.length > 0; ) rest = yield* sortedPlans(context, entity, rest);
  } else yield* groupedPlans(context, entity, batches);
}

async function* groupedPlans(context: StorePlanContext, entity: Entity, batches: readonly PlannedBatch[]): AsyncGenerator<StorePlan, void> {
  const group = new Group();
  for (const planned of batches) {
    const begun = await begin(context, entity, planned);
    if (begun.kind === 'read' && begun.rows.length < CHUNK_ROWS) {
      group.add(begun);
      if (group.isFull) yield group.take();
      continue;
    }
    if (!group.isEmpty) yield group.take();
    yield begun.kind === 'refused' ? begun : largePlan(context, entity, { reader: begun.reader, first: begun.rows, rows: undefined });
  }
  if (!group.isEmpty) yield group.take();
}

/** The first batches, as many as there is room for. Returns those that are left. */
async function* sortedPlans(context: StorePlanContext, entity: Entity, batches: readonly PlannedBatch[]): AsyncGenerator<StorePlan, readonly PlannedBatch[]> {
  const [first] = batches;
  if (first === undefined) return [];
  if (first.batch.isSnapshot === true) {
    yield await snapshotPlan(context, entity, first);
    return batches.slice(1);
  }
  const rows = sortedRows(context, entity, first);
  const readers: BatchReader[] = [];
  let taken = 0;
  for (const planned of batches.slice(0, MOST_BATCHES)) {
    const reader = new BatchReader(context, entity, planned);
    const read = await addAll(reader, rows).catch((error: unknown) => clearAfter(rows, error));
    if (read === 'too_many' && readers.length === 0) {
      yield largePlan(context, entity, { reader, first: [], rows });
      return batches.slice(taken + 1);
    }
    if (read !== 'all') rows.drop(planned.batch.batch);
    if (read === 'too_many') {
      await reader.close();
      break;
    }
    taken++;
    if (read === 'all') readers.push(reader);
    else yield read;
  }
  if (readers.length > 0) yield { kind: 'sorted', rows, readers };
  else await rows.clear();
  return batches.slice(taken);
}

/** A snapshot has a transaction of its own: it may turn out to be no whole one after its rows are written. */
async function snapshotPlan(context: StorePlanContext, entity: Entity, planned: PlannedBatch): Promise<StorePlan> {
  const rows = sortedRows(context, entity, planned);
  const reader = new BatchReader(context, entity, planned);
  const read = await addAll(reader, rows).catch((error: unknown) => clearAfter(rows, error));
  if (read === 'all' || read === 'too_many') return largePlan(context, entity, { reader, first: [], rows });
  await rows.clear();
  return read;
}

/** Adds the rows that are left of a batch, as far as there is room for them. @throws HubError as BatchReader.next does */
export async function addRows(reader: BatchReader, rows: SortedRows): Promise<'all' | 'too_many'> {
  for (let some = await reader.next(1, rows); some !== undefined; some = await reader.next(1, rows)) {
    rows.add(some);
    if (!(await rows.makeRoom())) return 'too_many';
  }
  return 'all';
}

async function addAll(reader: BatchReader, rows: SortedRows): Promise<'all' | 'too_many' | Extract<StorePlan, { kind: 'refused' }>> {
  try {
    return await addRows(reader, rows);
  } catch (error) {
    return { kind: 'refused', reader, error: refusalOf(error) };
  }
}

async function clearAfter(rows: SortedRows, error: unknown): Promise<never> {
  await rows.clear();
  throw error;
}

function sortedRows({ changeNo, slabs, capacity }: StorePlanContext, entity: Entity, { batch }: PlannedBatch): SortedRows {
  return new SortedRows(entity, batch.feed.brand, changeNo, slabs, capacity);
}

type Begun = { readonly kind: 'read'; readonly reader: BatchReader; readonly rows: RawRow[] } | Extract<StorePlan, { kind: 'refused' }>;

async function begin(context: ReadContext, entity: Entity, planned: PlannedBatch): Promise<Begun> {
  const reader = new BatchReader(context, entity, planned);
  try {
    return { kind: 'read', reader, rows: (await reader.next()) ?? [] };
  } catch (error) {
    return { kind: 'refused', reader, error: refusalOf(error) };
  }
}

/** What else is thrown is no refusal, and goes on. */
function refusalOf(error: unknown): HubError {
  if (error instanceof HubError && error.kind === 'refused') return error;
  throw error;
}

function largePlan(context: StorePlanContext, entity: Entity, read: BegunBatch): StorePlan {
  const { planned } = read.reader;
  let begun: BegunBatch | undefined = read;
  return {
    kind: 'large',
    planned,
    rows: read.rows,
    begin: () => {
      const again = (): BegunBatch => ({ reader: new BatchReader(context, entity, planned), first: [], rows: read.rows && sortedRows(context, entity, planned) });
      const next = begun ?? again();
      begun = undefined;
      return next;
    },
  };
}

/** Whole batches that wait for each other. */
class Group {
  #batches: WholeBatch[] = [];
  #rows = 0;

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  get isFull(): boolean {
    return this.#rows >= GROUP_ROWS || this.#batches.length >= MOST_BATCHES;
  }

  add({ reader, rows }: WholeBatch): void {
    this.#batches.push({ reader, rows });
    this.#rows += rows.length;
  }

  take(): StorePlan {
    const batches = this.#batches;
    this.#batches = [];
    this.#rows = 0;
    return { kind: 'whole', batches };
  }
}
