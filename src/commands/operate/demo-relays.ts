import type { Context } from '../../context.ts';
import { wholeShard } from '../../core/shard.ts';
import type { DeclaredDestination } from '../../relays/destinations/destination.ts';
import { formatCount } from '../../core/text/counts.ts';
import type { Output } from '../../cli/command.ts';
import { resendOutput } from '../../cli/outputs/relay-output.ts';

/** A secret of the demo, known to its receiver only. */
const SECRET = 'whsec_ZGVtbyBzZWNyZXQgb2YgdGhlIGxvY2FsIHJlY2VpdmVy';

/**
 * Delivers what waits for the CRM to a receiver that it starts on this machine. The receiver refuses the first document
 * with 503, and a second run, which does not wait for its time, sends that one again.
 */
export async function deliverToLocalReceiver(context: Context): Promise<Output> {
  const { runResend } = await import('../../relays/run-resend.ts');
  const database = await context.database();
  const { startLocalReceiver } = await import('../../relays/receiver.client.ts');
  const receiver = await startLocalReceiver(SECRET, [503, 200]);
  try {
    const destinations = await localDestinations(context, receiver.url);
    const services = { ...context, database, destinations, keepBodiesDays: context.config.retention.relay_bodies };
    const selection = { status: undefined, kinds: undefined, brands: undefined, range: undefined, ids: undefined, shard: wholeShard };
    const send = (force: boolean) => runResend(services, { destinations: ['crm'], selection: { ...selection, force }, limit: undefined, dryRun: false });
    const first = await send(false);
    const second = await send(true);
    const documents = new Set(receiver.receipts.map(({ id }) => id));
    const verified = receiver.receipts.filter(({ verified: right }) => right).length;
    const summary =
      `The receiver took ${formatCount(documents.size)} documents in ${formatCount(receiver.receipts.length)} requests, ` +
      `${formatCount(verified)} with a right signature; what it refused came again with the same id.`;
    return {
      text: [resendOutput(first).text, '', resendOutput(second).text, '', summary].join('\n'),
      json: { first, second, receiver: { documents: documents.size, requests: receiver.receipts.length, verified } },
    };
  } finally {
    await receiver.close();
  }
}

/** The configured destinations, with the CRM at the receiver. */
async function localDestinations(context: Context, url: string): Promise<readonly DeclaredDestination[]> {
  const { createSigner } = await import('../../net/signature.ts');
  const local = { url, enabled: true, missing: [], allowPrivate: true, signer: createSigner([SECRET]), headers: {}, requestsPerSecond: undefined };
  return (await context.destinations()).map((destination) => (destination.id === 'crm' ? { ...destination, ...local } : destination));
}
