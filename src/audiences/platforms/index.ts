import { csv } from './csv.ts';
import { google } from './google.ts';
import { meta } from './meta.ts';
import type { Platform } from './platform.ts';
import { tiktok } from './tiktok.ts';

/** All platforms by name. A new one is a file here and a line below. */
export const platforms = { google, meta, tiktok, csv } as const satisfies Record<string, Platform>;

export type PlatformName = keyof typeof platforms;
export const platformNames = Object.keys(platforms) as readonly PlatformName[];
