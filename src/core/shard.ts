import { HubError } from './errors.ts';

/** One of several processes that divide the work among them: `2/4` is the second of four. */
export interface Shard {
  readonly index: number;
  readonly count: number;
  /** True if a piece of work with this checksum (16 hex digits) belongs to the shard. */
  has(checksum: string): boolean;
  /** `2/4`; part of the lock's name. */
  readonly label: string;
}

/**
 * Parses `I/N` with 1 ≤ I ≤ N, or `@I/N` with 0 ≤ I < N, as the index of a Kubernetes Indexed Job counts.
 * @throws HubError usage
 */
export function parseShard(text: string): Shard {
  const match = /^(@?)(\d{1,4})\/(\d{1,4})$/.exec(text.trim());
  const index = Number(match?.[2]) + (match?.[1] === '@' ? 1 : 0);
  const count = Number(match?.[3]);
  if (!match || index < 1 || index > count) {
    throw new HubError('usage', 'invalid_shard', `"${text}" is no shard.`, {
      nextStep: 'Give I/N with I from 1 to N, for example --shard 2/4 (or @I/N with I from 0).',
    });
  }
  return {
    index,
    count,
    has: (checksum) => Number(BigInt(`0x${checksum}`) % BigInt(count)) === index - 1,
    label: `${index}/${count}`,
  };
}

/** The shard that has all the work. */
export const wholeShard = parseShard('1/1');
