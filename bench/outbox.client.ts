import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { systemClock } from '../src/core/time.ts';
import { openDatabase } from '../src/db/database.ts';
import { parseDestinations } from '../src/relays/destinations/destinations.ts';
import { createOutbox } from '../src/relays/outbox.ts';

const CHUNK = 1_000;
/** About the size of an order document. */
const PAYLOAD_BYTES = 2_500;

/** A destination as destinations.yaml holds it. */
export type DestinationEntry = Readonly<Record<string, unknown>> & { readonly id: string };

/** Writes a configuration with these destinations; gives its file for --config. */
export function writeConfig(folder: string, destinations: readonly DestinationEntry[]): string {
  const file = join(folder, 'relays.config.yaml');
  const list = join(folder, 'relays.destinations.yaml');
  writeFileSync(list, JSON.stringify({ destinations }));
  writeFileSync(file, JSON.stringify({ brands: [{ id: 'alpina', name: 'Alpina' }], destinations: { file: list } }));
  return file;
}

/** Puts so many order documents into the outbox of each destination. */
export async function fillOutbox(databaseUrl: string, destinations: readonly DestinationEntry[], documents: number, signal: AbortSignal): Promise<void> {
  const database = openDatabase(databaseUrl);
  try {
    const parsed = parseDestinations({ file: 'bench', text: JSON.stringify({ destinations }) }, { variable: () => undefined, brands: ['alpina'] });
    const outbox = createOutbox(database, parsed, systemClock);
    for (let start = 0; start < documents; start += CHUNK) {
      signal.throwIfAborted();
      const events = Array.from({ length: Math.min(CHUNK, documents - start) }, (_, index) => event(start + index));
      await database.write((tx) => outbox.enqueue(tx, events));
    }
  } finally {
    await database.close();
  }
}

function event(number: number) {
  const subjectId = `ord_${String(number).padStart(12, '0')}`;
  const payload = JSON.stringify({ order_id: subjectId, items: 'x'.repeat(PAYLOAD_BYTES) });
  return { kind: 'order.assembled' as const, brand: 'alpina', subjectId, version: 1, personId: subjectId, payload, dedupeKey: subjectId };
}
