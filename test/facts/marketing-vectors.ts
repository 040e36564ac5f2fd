import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PROJECT } from '../support/program/hub.ts';

/** Batches of ad days in the order in which they are imported, and what is stored then. */
export interface RestatedDays {
  readonly name: string;
  readonly batches: readonly (readonly [batch: string, rows: readonly (readonly [platform: string, account: string, date: string, campaign: string, spend: string])[]])[];
  readonly expect: readonly (readonly [date: string, campaign: string, spend: string])[];
  readonly counts_of_second?: { readonly updated: number; readonly deleted: number };
  readonly counts_of_third?: { readonly stale: number };
}

const vectors = JSON.parse(readFileSync(join(PROJECT, 'test/vectors/metrics.json'), 'utf8')) as { readonly marketing: readonly (RestatedDays | { readonly name: string })[] };

/** The literal cases of marketing. */
export const marketingVectors = vectors.marketing;
