import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { entityDictionary } from '../../docs/entity-dictionary.ts';

describe('docs/entities.md', () => {
  it('is what the contracts say (else run: npm run docs)', () => {
    expect(readFileSync('docs/entities.md', 'utf8')).toBe(entityDictionary());
  });
});
