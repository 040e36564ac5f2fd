import type { Platform } from './platforms/platform.ts';

/** A list that lost more than this share of its persons is not delivered without being told to. */
const MOST_SHRINK_PERCENT = 30;

/** How many persons a new snapshot has, and the last delivered one; undefined: there is none. */
export interface Sizes {
  readonly members: number;
  readonly last: number | undefined;
}

/** Why a snapshot is not delivered; undefined if it may be. An empty one never replaces a full one, whoever asks for it. */
export function refusal({ members, last = 0 }: Sizes, allowShrink: boolean): string | undefined {
  if (members === 0 && last > 0) return `it would be empty, and the last one has ${last}`;
  if (allowShrink || (last - members) * 100 <= last * MOST_SHRINK_PERCENT) return undefined;
  return `it would shrink from ${last} to ${members}, by more than ${MOST_SHRINK_PERCENT} %`;
}

/** True if the platform does nothing with so few persons. */
export function isTooSmall({ minimumSize }: Platform, members: number): boolean {
  return members < minimumSize;
}
