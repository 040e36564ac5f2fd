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
    const { choiceFaults } = await import('../../relays/leads/check-choices.ts');
    const [fault, ...more] = choiceFaults(destinations, all);
    if (fault !== undefined) {
      throw new HubError('configuration', 'forms_invalid', `forms.yaml and destinations.yaml do not fit: ${[fault, ...more].join('; ')}.`, {
        nextStep: 'Correct the name, or declare it: a postback needs a destination with kinds: [conversion].',
      });
    }
    const warnings = all.problems.map(({ line, key, message }) => `line ${line}: ${key} ${message}`);
    const found = `${all.forms.length} forms, ${all.partners.length} partners, ${all.routing.rules.length} rules, version ${all.version}`;
    return { found, advice: warnings.length === 0 ? undefined : warnings.join('; ') };
  },
};
