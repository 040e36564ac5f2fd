import type { Entity } from '../../sources/contract/contract.ts';
import type { AdSource } from './ad-source.ts';
import { amazonSource } from './amazon-ads.ts';
import { googleSource } from './google-ads.ts';
import { metaSource } from './meta-ads.ts';

/** The ad platforms whose APIs are asked. */
export const adSources: readonly AdSource[] = [metaSource, googleSource, amazonSource];

/** The streams of which facts are made. */
export function streamsOf({ groupDays, campaignDays, account, entities }: AdSource): ReadonlySet<Entity> {
  return new Set([...groupDays, ...campaignDays, account, ...entities.map(({ stream }) => stream)]);
}
