import { HubError } from '../../core/errors.ts';
import type { Check } from './check.ts';

/** The configuration can be read; an error of it ends the command before any check. */
export const configuration: Check = {
  name: 'configuration',
  run(context) {
    const { config } = context;
    const found = `${context.shownPath(config.file)}, brands ${config.brands.map((brand) => brand.id).join(', ')}`;
    const advice = config.lake.lookback_days === undefined ? undefined : 'lake.lookback_days is without effect and can be removed, as every batch that the history does not have is read';
    return Promise.resolve({ found, advice });
  },
};

/** The rules can be compiled, with the examples that each must match or not. */
export const rules: Check = {
  name: 'rules',
  async run(context) {
    const compiled = await context.rules();
    return { found: `version ${compiled.version.slice(0, 16)}` };
  },
};

/** The key of ids that leave the hub is there; its value is not looked at. */
export const keys: Check = {
  name: 'keys',
  run(context) {
    const { idKey, embedded } = context.config;
    if (idKey !== undefined) return Promise.resolve({ found: embedded ? 'that of the embedded database, or HUB_ID_KEY' : 'HUB_ID_KEY' });
    return Promise.reject(
      new HubError('configuration', 'id_key_missing', 'HUB_ID_KEY is not set.', {
        nextStep: 'Set it to a long random text, keep it safe and never change it: with another key, every id that left the hub is another one.',
      }),
    );
  },
};
