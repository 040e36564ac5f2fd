import { sha256Hex } from '../../../src/core/hash.ts';
import type { ApiKey } from '../../../src/serve/keys/api-key.ts';
import type { KeyStore } from '../../../src/serve/keys/key-store.ts';
import { keyText, newKey, type ShownKey } from '../../../src/serve/keys/key-text.ts';
import { permissionsOf } from '../../../src/serve/keys/roles.ts';
import { instantOf } from '../../support/suite/clock.ts';

/** A key, and what proves it. */
export interface SomeKey {
  readonly key: ApiKey;
  readonly shown: ShownKey;
  /** `Bearer hub_…` */
  readonly bearer: string;
}

/** A key of a role, all brands and feeds, without an end, unless something else is said. */
export function someKey(change: Partial<ApiKey> = {}): SomeKey {
  const shown = newKey();
  const role = change.role ?? 'reader';
  const key: ApiKey = {
    ...{ id: shown.id, name: 'a key', secretSha256: sha256Hex(shown.secret), role, permissions: permissionsOf(role), brands: null, feeds: null },
    ...{ mayBeInUrl: false, createdAt: instantOf('2026-11-01'), expiresAt: null, revokedAt: null, lastUsedOn: null },
    ...change,
  };
  return { key, shown, bearer: `Bearer ${keyText(shown)}` };
}

/** A store of these keys. */
export function storeOf(...keys: readonly SomeKey[]): KeyStore {
  const byId = new Map(keys.map(({ key }) => [key.id, key]));
  return { find: (id) => Promise.resolve(byId.get(id)), used: () => undefined };
}
