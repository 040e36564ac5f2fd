import type { AdSource } from './ad-source.ts';
import { googleSource } from './google-ads.ts';
import { metaSource } from './meta-ads.ts';

/** The ad platforms whose APIs are asked. */
export const adSources: readonly AdSource[] = [metaSource, googleSource];
