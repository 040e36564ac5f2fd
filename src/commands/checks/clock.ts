import { HubError } from '../../core/errors.ts';
import { millisOf } from '../../core/time.ts';
import { serverTime } from '../../db/inspection.ts';
import type { Check } from './check.ts';

/** Leases last a minute: clocks apart by more than this could let two runs hold the same lock. */
const MOST_SKEW_MS = 20_000;
const NOTED_SKEW_MS = 2_000;

/** The clocks of this machine and of the database agree. */
export const clock: Check = {
  name: 'clock',
  needs: ['database'],
  async run(context) {
    const { clock: own } = context;
    const before = millisOf(own.now());
    const theirs = await serverTime(context.unmigratedDatabase());
    const after = millisOf(own.now());
    if (theirs === undefined) return { found: 'the database does not tell its time', advice: 'compare the clocks by hand' };
    const skew = skewOf(before, millisOf(theirs), after);
    const found = skew === 0 ? 'agrees with the database' : `${skew} ms apart from the database`;
    if (skew <= NOTED_SKEW_MS) return { found };
    if (skew <= MOST_SKEW_MS) return { found, advice: 'synchronise both clocks (NTP)' };
    throw new HubError('configuration', 'clock_skew', `The clock is ${Math.floor(skew / 1_000)} s apart from that of the database.`, {
      nextStep: 'Synchronise both clocks (NTP): locks and --after rely on them.',
    });
  },
};

/** How far the other clock is outside of the time in which it was asked, in ms; 0 if inside. */
function skewOf(before: number, theirs: number, after: number): number {
  return Math.max(0, before - theirs, theirs - after);
}
