import type { Check } from './check.ts';

/** Where relays go is declared right; a destination without its address or secret waits. */
export const destinations: Check = {
  name: 'destinations',
  async run(context) {
    const all = await context.destinations();
    const waiting = all.filter(({ missing }) => missing.length > 0);
    const ready = all.length - waiting.length;
    // The example destinations of a fresh clone are there to be looked at.
    const advice = waiting.map(({ id, missing }) => `${id} waits: set ${missing.join(' and ')}, or disable it`);
    return { found: `${ready} of ${all.length} can be sent to`, advice: advice.length === 0 || context.config.embedded ? undefined : advice.join('; ') };
  },
};

/** The audiences are declared right. */
export const audiences: Check = {
  name: 'audiences',
  async run(context) {
    const all = await context.audiences();
    return { found: `${all.length} declared, to ${context.shownPath(context.config.audiencesOutput)}` };
  },
};
