import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';

import { HubError, codeOf, messageOf } from '../core/errors.ts';
import { scrubForeign } from '../core/text/scrub.ts';
import type { WrappingKey } from './key-ring.ts';

/** How to reach AWS KMS. */
export interface KmsOptions {
  /** Default: that of the key's region. */
  readonly endpoint?: string | undefined;
  /** How often a request is tried. Default 4. */
  readonly tries?: number;
}

const WRONG = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);
const DENIED = new Set(['AccessDeniedException', 'NotFoundException', 'DisabledException', 'KMSInvalidStateException', 'InvalidKeyUsageException', 'KeyUnavailableException']);

/** A key that stays in AWS KMS; data keys are bound to the secret's name by the encryption context. */
export function kmsKey(arn: string, { endpoint, tries = 4 }: KmsOptions = {}): WrappingKey {
  const region = arn.split(':')[3] ?? '';
  let opened: KMSClient | undefined;
  const client = (): KMSClient =>
    (opened ??= new KMSClient({ region, maxAttempts: tries, requestHandler: { connectionTimeout: 10_000, socketTimeout: 30_000 }, ...(endpoint === undefined ? {} : { endpoint }) }));
  const bound = (name: string) => ({ KeyId: arn, EncryptionContext: { 'hub-secret': name } });
  const id = `kms:${arn}`;
  return {
    id,
    async wrap(name, dataKey) {
      const { CiphertextBlob: wrapped } = await told(() => client().send(new EncryptCommand({ ...bound(name), Plaintext: dataKey })), id);
      return Buffer.from(wrapped ?? []).toString('base64');
    },
    async unwrap(name, wrapped) {
      const { Plaintext: plain } = await told(() => client().send(new DecryptCommand({ ...bound(name), CiphertextBlob: Buffer.from(wrapped, 'base64') })), id);
      return Buffer.from(plain ?? []);
    },
  };
}

async function told<T>(send: () => Promise<T>, key: string): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const { name = '' } = Object(error) as { name?: string };
    if (WRONG.has(name)) throw new HubError('refused', 'secret_unreadable', 'What is stored does not open: the key is another one, or the row was changed or belongs to another name.', { context: { key } });
    const context = { key, code: codeOf(error) ?? name };
    const message = `AWS KMS: ${scrubForeign(messageOf(error))}`;
    if (DENIED.has(name) || name === 'CredentialsProviderError') {
      throw new HubError('configuration', 'kms_refused', message, { context, nextStep: 'Allow the role of hub kms:Encrypt and kms:Decrypt with the key, and see that the key is enabled.' });
    }
    throw new HubError('transient', 'kms_unreachable', message, { context, nextStep: 'Run the command again; nothing was changed in between.' });
  }
}
