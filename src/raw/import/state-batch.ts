import { writeBehind } from '../../core/async/write-behind.ts';
import { failpoint } from '../../core/failpoint.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import type { SliceKeeping } from '../keeping/keeping.ts';
import type { StatedBatch } from '../keeping/restated/statement.ts';
import type { RawRow } from '../rows/row-parser.ts';
import type { RawTarget } from '../store/raw-target.ts';
import type { BatchWrite } from './batch-write.ts';
import type { BegunBatch } from './store-plans.ts';

/** What is known of a batch that was read to its end. */
type Surveyed = Pick<StatedBatch, 'survey' | 'rejects'>;

/** Writes the slices that a batch states whose rows are all at hand. @throws HubError refused, before anything was written */
export async function stateWhole(keeping: SliceKeeping, target: RawTarget, write: BatchWrite): Promise<void> {
  const { rejects, planned } = write.reader;
  const survey = keeping.survey(target.entity, planned.batch.states);
  survey.add(write.rows);
  await state(keeping, target, write, { survey, rejects }, [write.rows]);
}

/** Reads a batch to its end: what it states, and what of it is rejected. */
export async function surveyed(keeping: SliceKeeping, entity: Entity, { reader, first }: BegunBatch): Promise<Surveyed> {
  const survey = keeping.survey(entity, reader.planned.batch.states);
  for (let rows: readonly RawRow[] | undefined = first; rows !== undefined; rows = await reader.next()) survey.add(rows);
  return { survey, rejects: reader.rejects };
}

/** Writes the slices that a batch states, which is read for the second time, chunk after chunk. */
export async function stateChunks(keeping: SliceKeeping, target: RawTarget, write: BatchWrite, first: readonly RawRow[], known: Surveyed): Promise<void> {
  await state(keeping, target, write, known, chunksOf(write, first));
}

/** The chunks of a batch, of which the first was read already. */
export async function* chunksOf({ reader }: BatchWrite, first: readonly RawRow[]): AsyncGenerator<readonly RawRow[]> {
  for (let rows: readonly RawRow[] | undefined = first; rows !== undefined; rows = await reader.next()) yield rows;
}

type Chunks = Iterable<readonly RawRow[]> | AsyncIterable<readonly RawRow[]>;

async function state(keeping: SliceKeeping, target: RawTarget, write: BatchWrite, known: Surveyed, chunks: Chunks): Promise<void> {
  const { batch, counts } = write;
  const statement = await keeping.open(target, { batch, counts, ...known });
  await writeBehind(chunks, async (chunk) => {
    await statement.apply(write.erased(chunk));
    failpoint('import.chunk.written');
  });
  await statement.end();
  write.hold(statement);
}
