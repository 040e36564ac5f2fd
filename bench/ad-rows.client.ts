import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip, constants } from 'node:zlib';

import { addDays, type LocalDate } from '../src/core/time.ts';

const HEADER = 'Platform,AccountId,Date,CampaignId,AdGroupId,CampaignName,AdGroupName,TimeZone,Currency,Spend,Impressions,Clicks,Conversions,ConversionValue';
const PLATFORMS = ['meta', 'google', 'tiktok', 'microsoft'];
/** Of each platform on a day, in one account. */
const CAMPAIGNS = 25;
const AD_GROUPS = 10;
const ROWS_PER_DAY = PLATFORMS.length * CAMPAIGNS * AD_GROUPS;
const LAST_DAY = '2026-01-31' as LocalDate;

/** Writes a lake of one batch of advertisements of one brand, a thousand ad groups a day. The same number of rows gives the same lake. */
export async function writeAdRows(folder: string, rows: number): Promise<void> {
  const batch = join(folder, 'ads', 'ad_performance', 'brand=alpina', 'batch=20260201T050000Z');
  mkdirSync(batch, { recursive: true });
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const file = gzip.pipe(createWriteStream(join(batch, 'part-00000.csv.gz')));
  gzip.write(`${HEADER}\n`);
  const days = Math.ceil(rows / ROWS_PER_DAY);
  for (let day = 0; day < days; day++) {
    const date = addDays(LAST_DAY, day + 1 - days);
    const lines = Array.from({ length: Math.min(ROWS_PER_DAY, rows - day * ROWS_PER_DAY) }, (_, index) => adLine(date, index));
    if (!gzip.write(`${lines.join('\n')}\n`)) await once(gzip, 'drain');
  }
  gzip.end();
  await once(file, 'close');
}

function adLine(date: LocalDate, index: number): string {
  const platform = PLATFORMS[Math.trunc(index / (CAMPAIGNS * AD_GROUPS))] ?? '';
  const campaign = Math.trunc(index / AD_GROUPS) % CAMPAIGNS;
  const group = index % AD_GROUPS;
  const clicks = 3 + ((index * 7) % 90);
  return `${platform},act-${platform},${date},${platform}-${campaign},${platform}-${campaign}-${group},Campaign ${campaign},Ad group ${group},Europe/Zurich,EUR,${clicks}.${10 + (index % 90)},${clicks * 40},${clicks},${clicks % 5},${(clicks % 5) * 39}.90`;
}
