import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { Webhook } from 'standardwebhooks';

/** A request as a receiver got it. */
export interface Receipt {
  readonly id: string;
  readonly body: string;
  /** The signature was right for the secret. */
  readonly verified: boolean;
  /** What was answered. */
  readonly status: number;
}

/** A local receiver of relays, to see them arrive without anybody outside. */
export interface LocalReceiver {
  readonly url: string;
  readonly receipts: readonly Receipt[];
  close(): Promise<void>;
}

/**
 * Starts a receiver on a free port of this machine. It verifies signatures (401 if one is wrong) and otherwise answers
 * by the script, whose last status stays; 200 if it is empty.
 */
export async function startLocalReceiver(secret: string, script: readonly number[] = []): Promise<LocalReceiver> {
  const receipts: Receipt[] = [];
  const webhook = new Webhook(secret);
  let taken = 0;
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const verified = isVerified(webhook, body, request.headers);
      const status = verified ? (script[Math.min(taken++, script.length - 1)] ?? 200) : 401;
      receipts.push({ id: String(request.headers['webhook-id']), body, verified, status });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    receipts,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isVerified(webhook: Webhook, body: string, headers: NodeJS.Dict<string | string[]>): boolean {
  try {
    webhook.verify(body, headers as Record<string, string>, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
