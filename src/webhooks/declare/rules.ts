import type { ActionRule, WebhookAction } from './source.ts';
import type { RuleSpec } from './schema.ts';

/** The rules of a source, in their order. */
export function rulesOf(specs: readonly RuleSpec[]): ActionRule[] {
  return specs.map((spec) => ({ type: spec.type, matches: globMatcher(spec.type), action: actionOf(spec) }));
}

/** `charge.*` matches every type that begins so; only the asterisk has a meaning of its own. */
function globMatcher(glob: string): (type: string) => boolean {
  const pattern = new RegExp(`^${glob.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('.*')}$`, 's');
  return (type) => pattern.test(type);
}

function actionOf({ hint, consent, event, lead }: RuleSpec): WebhookAction {
  if (hint !== undefined) return { kind: 'hint', ...hint };
  if (consent !== undefined) return { kind: 'consent', ...consent, at: consent.at, text: consent.text };
  if (event !== undefined) return { kind: 'event', ...event, email: event.email, at: event.at };
  if (lead !== undefined) return { kind: 'lead', form: lead.form, fields: new Map(Object.entries(lead.fields)) };
  return { kind: 'ignore' };
}
