import type { WaitingObjections } from './members/objections.repository.ts';
import type { Platform } from './platforms/platform.ts';

/** A list that lost more than this share of its persons is not delivered without being told to. */
const MOST_SHRINK_PERCENT = 30;

/** How many persons a new snapshot has, and the last delivered one; undefined: there is none. */
export interface Sizes {
  readonly members: number;
  readonly last: number | undefined;
}

/** Why a snapshot is not delivered, and what to do about it. */
export interface Refusal {
  readonly code: 'list_empty' | 'list_shrunk' | 'objections_waiting';
  readonly reason: string;
  readonly advice: string;
}

/** Why a snapshot is not delivered; undefined if it may be. An empty one never replaces a full one, whoever asks for it. */
export function refusal({ members, last = 0 }: Sizes, allowShrink: boolean): Refusal | undefined {
  if (members === 0 && last > 0) {
    return {
      code: 'list_empty',
      reason: `it would be empty, and the last one has ${last}`,
      advice: 'An empty list never replaces a full one: if nobody is to be in it, remove the audience here and the list on the platform.',
    };
  }
  if (allowShrink || (last - members) * 100 <= last * MOST_SHRINK_PERCENT) return undefined;
  return {
    code: 'list_shrunk',
    reason: `it would shrink from ${last} to ${members}, by more than ${MOST_SHRINK_PERCENT} %`,
    advice: 'If that is right, run it once with --allow-shrink.',
  };
}

/** Why the lists of an audience are not delivered while objections to one of its brands wait: they may be of anybody in it. */
export function objectionRefusal(brands: readonly string[], waiting: readonly WaitingObjections[]): Refusal | undefined {
  const own = waiting.filter(({ brand }) => brands.includes(brand));
  if (own.length === 0) return undefined;
  const quarantined = own.filter((one) => one.quarantined > 0);
  const unread = own.filter((one) => one.batches.length > 0 || one.notTakenUp);
  const unreadable = own.filter((one) => one.unreadable.length > 0);
  return {
    code: 'objections_waiting',
    reason: own.map(waitingText).join(', '),
    advice: [
      ...(quarantined.length === 0 ? [] : [`See hub quarantine list --entity unsubscribe --brand ${quarantined.map(({ brand }) => brand).join(' ')}, then replay or discard.`]),
      ...(unread.length === 0 ? [] : [`Run hub import-email --brand ${unread.map(({ brand }) => brand).join(' ')} and see what it refuses.`]),
      ...(unreadable.length === 0 ? [] : ['Give what no import reads a name that it reads (hub import-email tells why it does not), or take it away.']),
      'To deliver although somebody in the list may have objected: --allow-unread-objections.',
    ].join(' '),
  };
}

function waitingText({ brand, quarantined, batches, unreadable, notTakenUp }: WaitingObjections): string {
  const rows = quarantined === 0 ? [] : [`${quarantined} ${quarantined === 1 ? 'unsubscription waits' : 'unsubscriptions wait'} in quarantine`];
  const unread = batches.length === 0 ? [] : [`${batches.length} ${batches.length === 1 ? 'batch' : 'batches'} of unsubscriptions not imported, the first ${batches[0] ?? ''}`];
  const stored = notTakenUp ? ['unsubscriptions stored that the subscribers do not know of yet'] : [];
  const places = unreadable.length === 0 ? [] : [`${unreadable.length === 1 ? 'a place' : `${unreadable.length} places`} among the unsubscriptions in the lake that no import reads, such as ${unreadable[0] ?? ''}`];
  return `${brand}: ${[...rows, ...unread, ...places, ...stored].join(' and ')}`;
}

/** True if the platform does nothing with so few persons. */
export function isTooSmall({ minimumSize }: Platform, members: number): boolean {
  return members < minimumSize;
}
