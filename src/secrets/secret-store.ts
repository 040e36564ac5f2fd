import { HubError } from '../core/errors.ts';
import { hideSecret } from '../core/text/known-secrets.ts';
import type { Instant } from '../core/time.ts';
import type { Database } from '../db/database.ts';
import type { KeyRing } from './key-ring.ts';
import { openValue, sealValue, type SealedValue } from './secret-row.ts';
import { secretNamed } from './secrets.repository.ts';

/** Where a value comes from. */
export type SecretOrigin = 'environment' | 'table';

/** The port through which sources get their credentials: the environment first, then the table of `hub secrets`. */
export interface SecretStore {
  /**
   * The value, and where it is from; undefined if neither has it. From now on no log line holds it.
   * @throws HubError refused if the row does not open, configuration if HUB_SECRETS_KEY is missing
   */
  find(name: string): Promise<{ readonly value: string; readonly origin: SecretOrigin } | undefined>;
  /**
   * Stores a value that a platform gave in place of the old one (a rotated refresh token), before it is used.
   * @param expiresAt null if it is not known
   * @throws HubError configuration (secret_not_storable) if the environment has it: the new value would be passed over
   */
  replace(name: string, value: string, expiresAt: Instant | null): Promise<void>;
}

export interface SecretServices {
  /** Of the environment. */
  readonly variable: (name: string) => string | undefined;
  /** Opened only where the environment does not have the secret. */
  readonly database: () => Promise<Database>;
  /** @throws HubError configuration */
  readonly keyRing: () => Promise<KeyRing>;
  /** Writes the row, with its entry of the audit log. */
  readonly store: (name: string, sealed: SealedValue, expiresAt: Instant | null) => Promise<void>;
}

/** Opens the store; nothing is read yet. */
export function openSecretStore({ variable, database, keyRing, store }: SecretServices): SecretStore {
  return {
    async find(name) {
      const given = variable(name);
      if (given !== undefined && given !== '') {
        hideSecret(given);
        return { value: given, origin: 'environment' };
      }
      const opened = await database();
      const row = await opened.read((knex) => secretNamed(knex, name));
      if (row === undefined) return undefined;
      const value = await openValue(await keyRing(), name, row);
      hideSecret(value);
      return { value, origin: 'table' };
    },
    async replace(name, value, expiresAt) {
      hideSecret(value);
      if ((variable(name) ?? '') !== '') {
        throw new HubError('configuration', 'secret_not_storable', `The platform gave a new value of ${name}, and the old one comes from the environment.`, {
          context: { secret: name },
          nextStep: `Sign in at the platform again, store the new value with hub secrets set ${name}, and take ${name} out of the environment.`,
        });
      }
      await store(name, await sealValue(await keyRing(), name, value), expiresAt);
    },
  };
}
