import { HubError } from '../core/errors.ts';
import { BatchReader, CHUNK_ROWS, type PlannedBatch, type ReadContext } from './batch-reader.ts';
import type { Entity } from './contract.ts';
import type { RawRow } from './row-parser.ts';

/** A batch that was read to its end. */
export interface WholeBatch {
  readonly reader: BatchReader;
  readonly rows: readonly RawRow[];
}

/** A batch that is being read; `first` are the rows that were read already, if any. */
export interface BegunBatch {
  readonly reader: BatchReader;
  readonly first: RawRow[] | undefined;
}

/**
 * What of a feed is stored in one transaction: some batches that fit into memory together, or one that does not. What
 * cannot be stored is told in its place.
 */
export type Piece =
  | { readonly kind: 'whole'; readonly batches: readonly WholeBatch[] }
  /** Each call of `begin` starts the reading anew, but for what was read already: a transaction may have to run again. */
  | { readonly kind: 'large'; readonly planned: PlannedBatch; readonly begin: () => BegunBatch }
  | { readonly kind: 'refused'; readonly reader: BatchReader; readonly error: HubError };

/** Rows of whole batches that share a transaction: the more, the fewer pages of the table each of them has to find. */
const GROUP_ROWS = 10_000;
/** Batches that do; a statement has no room for the history of thousands. */
const MOST_BATCHES = 200;

/** Reads batches one after the other and hands them out in pieces, in their order. */
export async function* piecesOf(context: ReadContext, entity: Entity, batches: readonly PlannedBatch[]): AsyncGenerator<Piece, void> {
  const group = new Group();
  for (const planned of batches) {
    const begun = await begin(context, entity, planned);
    if (begun.kind === 'read' && begun.rows.length < CHUNK_ROWS) {
      group.add(begun);
      if (group.isFull) yield group.take();
      continue;
    }
    if (!group.isEmpty) yield group.take();
    yield begun.kind === 'refused' ? begun : largePiece(context, entity, planned, begun);
  }
  if (!group.isEmpty) yield group.take();
}

type Begun = { readonly kind: 'read'; readonly reader: BatchReader; readonly rows: RawRow[] } | Extract<Piece, { kind: 'refused' }>;

async function begin(context: ReadContext, entity: Entity, planned: PlannedBatch): Promise<Begun> {
  const reader = new BatchReader(context, entity, planned);
  try {
    return { kind: 'read', reader, rows: (await reader.next()) ?? [] };
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    return { kind: 'refused', reader, error };
  }
}

function largePiece(context: ReadContext, entity: Entity, planned: PlannedBatch, { reader, rows }: Extract<Begun, { kind: 'read' }>): Piece {
  let begun: BegunBatch | undefined = { reader, first: rows };
  return {
    kind: 'large',
    planned,
    begin: () => {
      const next = begun ?? { reader: new BatchReader(context, entity, planned), first: undefined };
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

  take(): Piece {
    const batches = this.#batches;
    this.#batches = [];
    this.#rows = 0;
    return { kind: 'whole', batches };
  }
}
