import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';

import type { Environment } from './hub.ts';
import { temporaryFolder } from '../suite/temporary-folder.ts';

/**
 * The environment in which a process believes that its machine's clock is so many milliseconds ahead: Date is replaced
 * before anything of the program is loaded.
 */
export function shiftedClock(millis: number): Environment {
  const file = join(temporaryFolder('clock'), 'shift.mjs');
  writeFileSync(
    file,
    `const Real = Date;
    globalThis.Date = class Date extends Real {
      constructor(...given) { if (given.length === 0) super(Real.now() + ${millis}); else super(...given); }
      static now() { return Real.now() + ${millis}; }
    };\n`,
  );
  return { NODE_OPTIONS: `--import=${pathToFileURL(file).href}` };
}
