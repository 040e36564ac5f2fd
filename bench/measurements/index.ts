import type { Measurement } from '../bench.ts';
import { adSources } from './ad-sources.ts';
import { audiences } from './audiences.ts';
import { day } from './day.ts';
import { enrich } from './enrich.ts';
import { extract } from './extract.ts';
import { feeds } from './feeds.ts';
import { growth } from './growth.ts';
import { importAds } from './import-ads.ts';
import { importBilling } from './import-billing.ts';
import { importEmail } from './import-email.ts';
import { importSources } from './import-sources.ts';
import { metrics } from './metrics.ts';
import { randomKeys } from './random-keys.ts';
import { intake } from './intake.ts';
import { relays } from './relays.ts';
import { serve } from './serve.ts';
import { unchanged } from './unchanged.ts';

/** All measurements, in the order in which they run. */
export const measurements: readonly Measurement[] = [importBilling, randomKeys, unchanged, growth, enrich, day, metrics, importEmail, importAds, importSources, adSources, audiences, relays, extract, intake, serve, feeds];
