import type { Check } from './check.ts';

/** The sources of webhooks can be used, their secrets are there, and forms that they make leads of are declared. */
export const webhooks: Check = {
  name: 'webhooks',
  async run(context) {
    const { config } = context;
    if (config.webhooksFile === undefined) return { found: 'none: there is no config/webhooks.yaml beside the configuration' };
    const { sources } = await context.webhooks();
    const unset = sources.flatMap(({ isRetired, unset: names }) => (isRetired ? [] : names));
    const advice = [
      ...(unset.length === 0 ? [] : [`hub serve takes no webhooks here: ${unset.join(', ')} ${unset.length === 1 ? 'is' : 'are'} not set`]),
      ...(await undeclaredForms(context, sources)),
    ];
    return { found: `${sources.length} sources`, advice: advice.length === 0 ? undefined : advice.join('; ') };
  },
};

async function undeclaredForms(context: Parameters<Check['run']>[0], sources: Awaited<ReturnType<typeof context.webhooks>>['sources']): Promise<string[]> {
  const wanted = sources.flatMap(({ id, brand, rules }) => rules.flatMap(({ action }) => (action.kind === 'lead' ? [{ id, brand, form: action.form }] : [])));
  if (wanted.length === 0 || context.config.idKey === undefined) return [];
  const { forms } = await context.forms(context.config.idKey);
  return wanted.flatMap(({ id, brand, form }) => (forms.some((each) => each.id === form && each.brand === brand) ? [] : [`source ${id} makes leads of ${form}, which is no form of ${brand} in forms.yaml`]));
}
