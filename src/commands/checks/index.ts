import { alerts } from './alerts.ts';
import { audiences } from './audiences.ts';
import type { Check } from './check.ts';
import { clock } from './clock.ts';
import { configuration, fingerprint, keys, rules } from './configuration.ts';
import { database, rights, schema, settings } from './database.ts';
import { destinations } from './destinations.ts';
import { feeds } from './feeds.ts';
import { disk, folders, privateFiles } from './folders.ts';
import { forms } from './forms.ts';
import { health } from './health.ts';
import { lake } from './lake.ts';
import { metrics } from './metrics.ts';
import { monitoring } from './monitoring.ts';
import { secrets } from './secrets.ts';
import { fallback, geo, intake, journal } from './serve.ts';
import { servers } from './servers.ts';
import { sources } from './sources.ts';
import { webhooks } from './webhooks.ts';

/** Everything that `hub doctor` looks at, in this order; a check comes after those that it needs. */
export const checks: readonly Check[] = [configuration, keys, rules, database, servers, settings, schema, fingerprint, secrets, rights, clock, lake, sources, metrics, destinations, alerts, forms, webhooks, feeds, audiences, journal, intake, fallback, geo, health, folders, privateFiles, disk, monitoring];
