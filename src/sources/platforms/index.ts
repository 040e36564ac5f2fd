import type { Platform } from '../api/platform.ts';
import { amazonAds } from './amazon-ads/amazon-ads.ts';
import { ga4 } from './ga4/ga4.ts';
import { googleAds } from './google-ads/google-ads.ts';
import { metaAds } from './meta-ads/meta-ads.ts';
import { shopify } from './shopify/shopify.ts';
import { stripe } from './stripe/stripe.ts';

/** Every platform that hub can ask. A new one is a folder here, and its word in this list. */
export const platforms: readonly Platform[] = [shopify, stripe, metaAds, googleAds, amazonAds, ga4];
