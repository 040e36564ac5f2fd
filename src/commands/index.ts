import type { Command } from '../cli/command.ts';
import { assembleOrders } from './data/assemble-orders.ts';
import { attributeRefunds } from './data/attribute-refunds.ts';
import { audit } from './inspect/audit.ts';
import { buildAudiences } from './data/build-audiences.ts';
import { buildMetrics } from './data/build-metrics.ts';
import { checkAlerts } from './data/check-alerts.ts';
import { demo } from './operate/demo.ts';
import { doctor } from './operate/doctor.ts';
import { init } from './operate/init.ts';
import { enrich } from './data/enrich.ts';
import { explain } from './inspect/explain.ts';
import { extract } from './data/extract.ts';
import { sources } from './inspect/sources.ts';
import { feeds } from './inspect/feeds.ts';
import { forms } from './serve/forms.ts';
import { health } from './inspect/health.ts';
import { forget } from './privacy/forget.ts';
import { importAds } from './data/import-ads.ts';
import { importBilling } from './data/import-billing.ts';
import { importEmail } from './data/import-email.ts';
import { importSources } from './data/import-sources.ts';
import { importIntake } from './data/import-intake.ts';
import { importInventory } from './data/import-inventory.ts';
import { journal } from './serve/journal.ts';
import { keys } from './operate/keys.ts';
import { leads } from './serve/leads.ts';
import { migrate } from './operate/migrate.ts';
import { purge } from './privacy/purge.ts';
import { quarantine } from './inspect/quarantine.ts';
import { reconcile } from './data/reconcile.ts';
import { relays } from './inspect/relays.ts';
import { report } from './data/report.ts';
import { resendRelays } from './data/resend-relays.ts';
import { routes } from './serve/routes.ts';
import { runs } from './inspect/runs.ts';
import { sendSummary } from './data/send-summary.ts';
import { secrets } from './operate/secrets.ts';
import { openapi } from './serve/openapi.ts';
import { serve } from './serve/serve.ts';
import { show } from './inspect/show.ts';
import { suppressions } from './privacy/suppressions.ts';
import { webhooks } from './serve/webhooks.ts';

/** All commands, in the order of the help: the day's work first, then what people look at. */
export const commands: readonly Command[] = [
  ...[extract, importEmail, importBilling, importAds, importInventory, importSources, importIntake, enrich, assembleOrders, attributeRefunds, buildMetrics, checkAlerts, buildAudiences, resendRelays, reconcile, report, sendSummary],
  ...[serve, openapi, journal, demo, show, forms, routes, leads, webhooks, feeds, sources, relays, health, runs, quarantine, audit, explain, forget, suppressions, purge, migrate, keys, secrets, init, doctor],
];
