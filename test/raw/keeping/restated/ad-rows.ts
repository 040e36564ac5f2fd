import type { ExportRow } from '../../../support/lakes/lake.ts';

/** A row of an ad day as a platform's export has it. */
export function adRow(changes: ExportRow = {}): ExportRow {
  return {
    Platform: 'meta',
    AccountId: 'act_1',
    Date: '2026-10-01',
    CampaignId: 'c1',
    AdGroupId: 'g1',
    CampaignName: 'Autumn',
    AdGroupName: 'Runners',
    TimeZone: 'Europe/Berlin',
    Currency: 'EUR',
    Spend: '12.345678',
    Impressions: '1000',
    Clicks: '25',
    Conversions: '1.5',
    ConversionValue: '80',
    ...changes,
  };
}
