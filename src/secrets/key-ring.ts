import { HubError } from '../core/errors.ts';
import { KEY_BYTES, open, seal, sealedOf, sealedText } from './sealed.ts';

/** A key that wraps the data keys of secrets. */
export interface WrappingKey {
  /** As rows name it: the id of a local key, or `kms:<arn>`. */
  readonly id: string;
  /** @param name of the secret, which the wrapped key is bound to */
  wrap(name: string, dataKey: Buffer): Promise<string>;
  /** @throws HubError refused (secret_unreadable), or transient if a service that holds the key is not reached */
  unwrap(name: string, wrapped: string): Promise<Buffer>;
}

/** The keys of HUB_SECRETS_KEY: the first wraps, the others only open. */
export interface KeyRing {
  readonly first: WrappingKey;
  /** @throws HubError refused (secret_key_unknown) */
  keyOf(id: string): WrappingKey;
}

/** Makes the key of an AWS key ARN; it is asked for only where the variable names one. */
export type KmsKeys = (arn: string) => WrappingKey;

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[A-Za-z0-9/_-]+$/;
const KMS = 'kms:';
const FORM = 'Set HUB_SECRETS_KEY to <id>:<base64 of 32 random bytes> (openssl rand -base64 32) or kms:<key arn>; older ones may follow, separated by commas.';

/**
 * Reads HUB_SECRETS_KEY (sources specification, "hub secrets").
 * @throws HubError configuration, which shows nothing of the value
 */
export function parseKeyRing(text: string, kmsKeys: KmsKeys): KeyRing {
  const keys = text.split(',').map((part, index) => keyOf(part.trim(), index + 1, kmsKeys));
  const [first] = keys;
  if (first === undefined) throw invalid('is empty');
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size < keys.length) throw invalid('names two keys by one id');
  return {
    first,
    keyOf(id) {
      const key = byId.get(id);
      if (key !== undefined) return key;
      throw new HubError('refused', 'secret_key_unknown', `The secret is wrapped by the key ${id}, which HUB_SECRETS_KEY does not have.`, { context: { key: id }, nextStep: `Append the key ${id} to HUB_SECRETS_KEY, or set the secret again.` });
    },
  };
}

function keyOf(text: string, place: number, kmsKeys: KmsKeys): WrappingKey {
  if (text.startsWith(KMS)) {
    const arn = text.slice(KMS.length);
    if (!ARN.test(arn)) throw invalid(`has at place ${place} no ARN of a key`);
    return kmsKeys(arn);
  }
  const [id = '', encoded = ''] = splitOnce(text);
  if (!ID.test(id)) throw invalid(`has at place ${place} no id of a key`);
  const key = Buffer.from(encoded, 'base64');
  if (key.length !== KEY_BYTES || key.toString('base64') !== encoded) throw invalid(`has at place ${place} no base64 of 32 bytes`);
  return localKey(id, key);
}

/** A key of the environment: AES-256-GCM over the data key, bound to the name and to the key's own id. */
function localKey(id: string, key: Buffer): WrappingKey {
  const bound = (name: string): string => `hub-secret-key:1:${name}:${id}`;
  return {
    id,
    wrap: (name, dataKey) => Promise.resolve(sealedText(seal(key, dataKey, bound(name)))),
    unwrap: async (name, wrapped) => Promise.resolve(open(key, sealedOf(wrapped), bound(name))),
  };
}

function splitOnce(text: string): string[] {
  const colon = text.indexOf(':');
  return colon === -1 ? [] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** Secrets are asked for, and nothing opens them. */
export function secretsKeyMissing(): HubError {
  return new HubError('configuration', 'secrets_key_missing', 'HUB_SECRETS_KEY is not set: secrets are encrypted with it.', { nextStep: FORM });
}

function invalid(why: string): HubError {
  return new HubError('configuration', 'secrets_key_invalid', `HUB_SECRETS_KEY ${why}.`, { nextStep: FORM });
}
