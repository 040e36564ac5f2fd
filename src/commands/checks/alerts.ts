import { alertRulesOf } from '../../cli/alert-rules.ts';
import type { Check } from './check.ts';

/** The rules of alerts.yaml can be used; who is told of what fires, and of the week. */
export const alerts: Check = {
  name: 'alerts',
  async run(context) {
    const rules = await alertRulesOf(context);
    const ready = (await context.destinations()).filter((each) => each.enabled && !('problem' in each));
    const told = (['alert.fired', 'digest.weekly'] as const).map((kind) => `${kind} goes to ${ready.flatMap(({ id, kinds }) => (kinds.has(kind) ? [id] : [])).join(', ') || 'nobody'}`);
    return { found: `${rules.length} rules; ${told.join(', ')}` };
  },
};
