import { HubError } from '../../core/errors.ts';
import { dateOf } from '../../core/time.ts';
import type { Check } from './check.ts';

/** The platforms of which accounts are declared still answer in the versions that hub asks for, and credentials are there. */
export const sources: Check = {
  name: 'sources',
  needs: ['migrations'],
  async run(context) {
    const [{ platforms }, { versionState }] = await Promise.all([import('../../sources/platforms/index.ts'), import('../../sources/api/version.ts')]);
    const accounts = context.config.sources;
    if (accounts.length === 0) return { found: 'no accounts of platforms' };
    const today = dateOf(context.clock.now());
    const used = platforms.filter(({ name }) => accounts.some(({ platform }) => platform === name));
    const states = used.map(({ title, api }) => ({ title, version: api.version.value, ...versionState(api.version, today) }));
    const textOf = ({ title, version, ends, assumed }: (typeof states)[number]): string => `${title} ${version} ends on ${ends ?? ''}${assumed ? ' (assumed: released + what is promised)' : ''}`;
    const dead = states.filter(({ state }) => state === 'dead');
    if (dead.length > 0) throw new HubError('configuration', 'version_ended', `${dead.map(textOf).join('; ')}: another version answers, and nothing of it is written.`, { nextStep: 'Update hub.' });
    const missing = await missingCredentials(context);
    if (missing.length > 0) throw new HubError('configuration', 'credential_missing', `Neither the environment nor hub secrets has ${missing.join(', ')}.`, { nextStep: `Store it: hub secrets set ${missing[0] ?? ''}` });
    const ending = states.filter(({ state }) => state === 'warn');
    return { found: `${accounts.length} of ${used.map(({ title }) => title).join(', ')}`, ...(ending.length > 0 ? { advice: `${ending.map(textOf).join('; ')}: update hub before` } : {}) };
  },
};

async function missingCredentials(context: Parameters<Check['run']>[0]): Promise<string[]> {
  const store = await context.secrets();
  const names = [...new Set(context.config.sources.flatMap(({ credentials }) => Object.values(credentials)))].sort();
  const found = await Promise.all(names.map((name) => store.find(name)));
  return names.filter((_, index) => found[index] === undefined);
}
