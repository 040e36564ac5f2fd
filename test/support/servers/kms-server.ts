import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { atEndOfFile } from '../suite/cleanup.ts';

interface KmsRequest {
  readonly KeyId?: string;
  readonly EncryptionContext?: Record<string, string>;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
}

/** AWS KMS (JSON 1.1) as far as Encrypt and Decrypt go: a key for each id, and what is encrypted is bound to its context. */
export async function startKmsServer(): Promise<{ readonly url: string; readonly calls: string[]; fail?: { status: number; name: string } }> {
  const state: { url: string; calls: string[]; fail?: { status: number; name: string } } = { url: '', calls: [] };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      state.calls.push(operation);
      const answer = state.fail === undefined ? answerTo(operation, JSON.parse(body) as KmsRequest) : { status: state.fail.status, body: { __type: state.fail.name, message: 'as the test wants' } };
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer.body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEndOfFile(() => {
    server.closeAllConnections();
    server.close();
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return state;
}

function answerTo(operation: string, { KeyId = '', EncryptionContext = {}, Plaintext = '', CiphertextBlob = '' }: KmsRequest): { status: number; body: unknown } {
  const key = createHash('sha256').update(KeyId).digest();
  const context = Buffer.from(JSON.stringify(Object.entries(EncryptionContext).sort()));
  if (operation === 'Encrypt') {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
    const sealed = Buffer.concat([nonce, cipher.update(Buffer.from(Plaintext, 'base64')), cipher.final()]);
    return { status: 200, body: { KeyId, CiphertextBlob: Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64') } };
  }
  try {
    const bytes = Buffer.from(CiphertextBlob, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(context).setAuthTag(bytes.subarray(-16));
    return { status: 200, body: { KeyId, Plaintext: Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64') } };
  } catch {
    return { status: 400, body: { __type: 'InvalidCiphertextException', message: null } };
  }
}
