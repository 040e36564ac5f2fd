import type { Check } from './check.ts';

/** The configuration can be read; an error of it ends the command before any check. */
export const configuration: Check = {
  name: 'configuration',
  run: (context) => Promise.resolve({ found: `${context.shownPath(context.config.file)}, brands ${context.config.brands.map((brand) => brand.id).join(', ')}` }),
};

/** The rules can be compiled, with the examples that each must match or not. */
export const rules: Check = {
  name: 'rules',
  async run(context) {
    const compiled = await context.rules();
    return { found: `version ${compiled.version.slice(0, 16)}` };
  },
};
