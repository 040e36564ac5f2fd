import { writeFileSync } from 'node:fs';

import { entityDictionary } from './entity-dictionary.ts';

/** Writes the generated pages of docs/; a test fails if they are not what the contracts say. */
writeFileSync(new URL('../../docs/entities.md', import.meta.url), entityDictionary());
