import type { Migration } from '../src/db/migrator.ts';
import { runs } from './0001_runs.ts';
import { raw } from './0002_raw.ts';
import { enriched } from './0003_enriched.ts';
import { orders } from './0004_orders.ts';
import { relays } from './0005_relays.ts';
import { email } from './0006_email.ts';
import { audiences } from './0007_audiences.ts';
import { erasure } from './0008_erasures.ts';
import { retention } from './0009_retention.ts';
import { auditIndex } from './0010_audit_index.ts';
import { batchFiles } from './0013_batch_files.ts';
import { undecidableAccounts } from './0015_undecidable.ts';
import { commitMarks } from './0016_commit_marks.ts';
import { dedupeHashes } from './0018_dedupe_hashes.ts';
import { emailIdentity } from './0019_email_identity.ts';
import { destinationHolds } from './0021_destination_holds.ts';
import { keyFingerprints } from './0023_key_fingerprints.ts';
import { runProblems } from './0024_run_problems.ts';
import { mrr } from './0025_mrr.ts';
import { revenue } from './0026_revenue.ts';
import { predictions } from './0027_predictions.ts';
import { intakeFallback } from './0028_intake_fallback.ts';
import { metricWork } from './0029_metric_work.ts';
import { leads } from './0030_leads.ts';
import { predictionInputs } from './0031_prediction_inputs.ts';
import { leadRelays } from './0033_lead_relays.ts';
import { extract } from './0035_extract.ts';
import { secrets } from './0036_secrets.ts';
import { sources } from './0037_sources.ts';
import { shops } from './0038_shops.ts';
import { sourceDayTables } from './0039_source_days.ts';
import { facts } from './0040_facts.ts';
import { channels } from './0041_channels.ts';
import { marketing } from './0042_marketing.ts';
import { relayRecipients } from './0043_relay_recipients.ts';
import { alerts } from './0044_alerts.ts';
import { campaignSpend } from './0045_campaign_spend.ts';
import { orderReferences } from './0046_order_references.ts';
import { adSources } from './0047_ad_sources.ts';
import { webhooks } from './0048_webhooks.ts';
import { apiKeys } from './0049_api_keys.ts';
import { health } from './0051_health.ts';
import { amazonAdsStreams } from './0053_amazon_ads.ts';
import { webSessions } from './0054_web_sessions.ts';
import { sweeps } from './0055_sweeps.ts';
import { shopRevenue } from './0056_shop_revenue.ts';
import { unknownClicks } from './0057_unknown_clicks.ts';
import { trackedEvents } from './0052_tracked_events.ts';

/**
 * All migrations in order. A new one is a new file and a new line here. A released one never changes, nor does what it
 * imports: it holds its tables as they were made, so that a new database and one that was migrated are the same.
 */
export const migrations: readonly Migration[] = [
  ...[runs, raw, enriched, orders, relays, email, audiences, erasure, retention, auditIndex],
  ...[batchFiles, undecidableAccounts, commitMarks, dedupeHashes, emailIdentity, destinationHolds, keyFingerprints, runProblems],
  ...[mrr, revenue, predictions, intakeFallback, metricWork, leads, predictionInputs, leadRelays],
  ...[extract, secrets, sources, shops, sourceDayTables, facts, channels, marketing],
  ...[relayRecipients, alerts, campaignSpend, orderReferences, adSources, webhooks, apiKeys, health],
  ...[trackedEvents, amazonAdsStreams, webSessions, sweeps, shopRevenue, unknownClicks],
];
