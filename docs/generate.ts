import { writeFileSync } from 'node:fs';

import { entityDictionary } from './entity-dictionary.ts';
import { tableDictionary } from './table-dictionary.ts';

/** Writes the generated pages of docs/; a test fails if they are not what contracts and migrations say. */
const page = (name: string): URL => new URL(`../../docs/${name}`, import.meta.url);
writeFileSync(page('entities.md'), entityDictionary());
writeFileSync(page('tables.md'), await tableDictionary());
