import type { Check } from './check.ts';

/** The feeds that hub serve answers can be served. */
export const feeds: Check = {
  name: 'feeds',
  async run(context) {
    const { file, feeds: declared } = await context.servedFeeds();
    return { found: `${declared.size} feeds of ${context.shownPath(file)}` };
  },
};
