import { HubError } from '../../core/errors.ts';
import { requireIdKey } from '../../cli/orders-options.ts';
import type { Check } from './check.ts';

/** The forms can be used and their routes are proved; what partners are answered with has a destination. */
export const forms: Check = {
  name: 'forms',
  needs: ['keys'],
  async run(context) {
    if (context.config.formsFile === undefined) return { found: 'none: there is no config/forms.yaml beside the configuration' };
    const { requireSound } = await import('../../leads/forms/forms.ts');
    const all = requireSound(await context.forms(requireIdKey(context.config)));
    const destinations = await context.destinations();
    const orphan = all.partners.find(({ postback }) => postback !== null && !destinations.some(({ id, kinds }) => id === postback.destination && kinds.has('conversion')));
    if (orphan !== undefined) {
      throw new HubError('configuration', 'forms_invalid', `${all.file}: the postback of ${orphan.id} names ${orphan.postback?.destination ?? ''}, which is no destination of conversions.`, {
        nextStep: 'Declare it in destinations.yaml with kinds: [conversion], or correct the name.',
      });
    }
    const warnings = all.problems.map(({ line, key, message }) => `line ${line}: ${key} ${message}`);
    const found = `${all.forms.length} forms, ${all.partners.length} partners, ${all.routing.rules.length} rules, version ${all.version}`;
    return { found, advice: warnings.length === 0 ? undefined : warnings.join('; ') };
  },
};
