import { resolve } from 'node:path';

import { HubError } from '../../core/errors.ts';
import type { Command } from '../../cli/command.ts';
import { commonFlags } from '../../cli/options.ts';

/** An id of a brand, as the configuration takes it. */
const BRAND = /^[a-z][a-z0-9-]{0,31}$/;

/** Writes the first configuration of one's own. */
export const init: Command = {
  name: 'init',
  summary: 'write a commented hub.config.yaml for your own brands',
  description: 'Writes the configuration that hub brings, with every key and what it is for, for the brands that are named. It stays as it is if there is one already.',
  arguments: '<brand...>',
  examples: ['hub init acme globex', 'hub init acme --config config/hub.config.yaml'],
  makesConfiguration: true,
  async run({ config }, options, brands) {
    const { exampleConfiguration, writeNew } = await import('./init-file.client.ts');
    const wrong = brands.find((id) => !BRAND.test(id));
    if (wrong !== undefined || new Set(brands).size < brands.length) {
      throw new HubError('usage', 'invalid_brand', wrong === undefined ? 'A brand is named twice.' : `"${wrong}" cannot be the id of a brand.`, { nextStep: 'Give each an id of its own: 1 to 32 lower-case letters, digits or dashes.' });
    }
    const file = resolve(commonFlags.config.of(options) ?? 'hub.config.yaml');
    writeNew(file, withBrands(exampleConfiguration(config.file), brands));
    return { text: `Wrote ${file} for ${brands.join(', ')}.\nNext: HUB_LAKE_URL=file:<folder of your exports>, then hub feeds sniff <file…>, or hub doctor.`, json: { file, brands } };
  },
};

/** The configuration with other brands; examples among its comments are of the first. */
function withBrands(text: string, brands: readonly string[]): string {
  const entries = brands.map((id) => `  - id: ${id}\n    name: ${id.charAt(0).toUpperCase()}${id.slice(1)}\n`).join('');
  return text.replace(/^brands:\n(?: .*\n)+/m, `brands:\n${entries}`).replace(/^(# .*brand: )alpina$/gm, `$1${brands[0] ?? ''}`);
}
