import { cautionOf } from '../../core/clock-skew.ts';
import type { Check } from './check.ts';

/** The clocks of this machine and of the database agree: it fails where commands that decide by date refuse to run. */
export const clock: Check = {
  name: 'clock',
  needs: ['database'],
  async run(context) {
    const reading = await context.clocks();
    const caution = cautionOf(reading, true);
    if (caution !== undefined) return { found: caution.message, advice: caution.nextStep };
    return { found: reading.skewMs === 0 ? 'agrees with the database' : `${Math.abs(reading.skewMs)} ms apart from the database` };
  },
};
