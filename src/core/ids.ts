import type { Branded } from './brand.ts';

/** A brand of the group, as declared in hub.config.yaml: `alpina`. Each brand is its own billing tenant. */
export type BrandId = Branded<string, 'BrandId'>;

/** One execution of a command: `20261120T050000Z-3f9a1c`. Sorts by start time. */
export type RunId = Branded<string, 'RunId'>;
