import type { CaptureForm, Decide } from '../../src/leads/decision.ts';

/** A form that is taken under `frm_one`, by POST and GET, from one page. */
export const oneForm: CaptureForm = {
  ...{ id: 'detox-fr', brand: 'alpina', takesGet: true, origins: ['https://www.alpina.example'] },
  ...{ declared: new Set(['email', 'country', 'website2', 'p']), fields: new Set(['email', 'country']) },
};

/** Decides as a file with one form would: the e-mail itself stands for its hash, and the target says all. */
export function oneFormDecide(form: CaptureForm = oneForm): Decide {
  return {
    version: 'v1',
    form: (publicId) => (publicId === 'frm_one' ? form : undefined),
    decide({ pairs, leadId, ...request }) {
      const email = pairs.find(([name]) => name === 'email')?.[1];
      const isMissing = leadId !== undefined && (email ?? '') === '';
      const state = leadId === undefined || isMissing ? 'unknown' : request.stateOf(email ?? '');
      return {
        location: `https://go.alpina.example/thanks?l=${leadId ?? ''}&s=${state}`,
        ...{ rule: null, partner: null, state, errors: isMissing ? [{ field: 'email', category: 'missing' }] : [] },
      };
    },
  };
}
