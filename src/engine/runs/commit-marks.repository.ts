import { randomBytes } from 'node:crypto';

import type { Knex } from 'knex';

import type { RunId } from '../../core/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';

interface MarkRow {
  run_id: RunId;
  mark: string;
}

/** The name of one try of a transaction. */
export interface CommitMark {
  readonly runId: RunId;
  readonly mark: string;
}

/** A mark that no other transaction has. */
export function newCommitMark(runId: RunId): CommitMark {
  return { runId, mark: randomBytes(8).toString('hex') };
}

/** Writes the mark in the transaction that it stands for: it is there if and only if that one was committed. */
export async function writeCommitMark(tx: Transaction, { runId, mark }: CommitMark): Promise<void> {
  await tx<MarkRow>('commit_marks').insert({ run_id: runId, mark });
}

/** True if the transaction with the mark was committed; waits for one that the server is still working on. */
export async function isMarked(database: Database, knex: Knex, { runId, mark }: CommitMark): Promise<boolean> {
  const query = knex<MarkRow>('commit_marks').where({ run_id: runId, mark }).first('mark');
  return (await (database.dialect.concurrentWriters ? query.forUpdate() : query)) !== undefined;
}

/** Forgets the marks of runs that ask no more. */
export async function dropCommitMarks(tx: Transaction, runIds: readonly RunId[]): Promise<void> {
  await tx<MarkRow>('commit_marks').whereIn('run_id', runIds).delete();
}
