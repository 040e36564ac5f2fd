import { readFileSync, writeFileSync } from 'node:fs';

import { codeOf, HubError } from '../../core/errors.ts';

/** The text of the configuration that hub brings. */
export function exampleConfiguration(file: string): string {
  return readFileSync(file, 'utf8');
}

/** Writes a new file. @throws HubError usage if there is one already, configuration if it cannot be written */
export function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') throw new HubError('usage', 'file_exists', `${file} is there already, and stays as it is.`, { nextStep: 'Name another one with --config, or move it away.', cause });
    throw new HubError('configuration', 'file_unwritable', `${file} cannot be written.`, { context: { code: codeOf(cause) }, nextStep: 'See whether its folder is there and may be written to.', cause });
  }
}
