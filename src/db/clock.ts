import { compareClocks, type ClockReading } from '../core/clock-skew.ts';
import type { Clock } from '../core/time.ts';
import type { Database } from './database.ts';

/** Reads the clocks of this machine and of the database at the same time; an embedded one has that of the machine. */
export async function readClocks(database: Database, machine: Clock): Promise<ClockReading> {
  const before = machine.now();
  const theirs = await database.read((knex) => database.dialect.now(knex));
  return compareClocks(before, theirs, machine.now());
}
