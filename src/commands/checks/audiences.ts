import type { Check } from './check.ts';

/** The audiences are declared right. */
export const audiences: Check = {
  name: 'audiences',
  async run(context) {
    const all = await context.audiences();
    return { found: `${all.length} declared, to ${context.shownPath(context.config.audiencesOutput)}` };
  },
};
