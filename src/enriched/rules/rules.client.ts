import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { HubError } from '../../core/errors.ts';
import type { RuleSource } from './parse.ts';

/**
 * Reads the rule files (`*.yaml`) of a directory.
 *
 * @throws HubError configuration/rules_unreadable if the directory or a file of it cannot be read
 */
export async function readRuleSources(directory: string): Promise<RuleSource[]> {
  try {
    const names = (await readdir(directory)).filter((name) => name.endsWith('.yaml')).sort();
    return await Promise.all(
      names.map(async (name) => ({ file: join(directory, name), text: await readFile(join(directory, name), 'utf8') })),
    );
  } catch (cause) {
    throw new HubError('configuration', 'rules_unreadable', `The rules in ${directory} cannot be read.`, {
      context: { directory },
      nextStep: 'Check that the directory exists and is readable.',
      cause,
    });
  }
}
