import { HubError } from '../../src/core/errors.ts';
import type { Bench, Measurement } from '../bench.ts';
import { runHub } from '../hub.client.ts';
import { fillOutbox, writeConfig, type DestinationEntry } from '../outbox.client.ts';
import { startBenchReceiver, type BenchReceiver } from '../receiver.client.ts';
import { ratioOf } from '../samples.ts';

const DOCUMENTS = 20_000;
const LEAST_PER_SECOND = 2_000;
/** One destination of five that does not answer may cost the others a tenth. */
const MOST_SLOWER = 1.1;

/** How fast relays are claimed, delivered and recorded, and what a destination that does not answer costs the others. */
export const relays: Measurement = {
  name: 'relays',
  summary: 'resend-relays to a local receiver: deliveries per second, and one dead destination among five',
  async run(bench) {
    const documents = Math.max(500, Math.min(DOCUMENTS, bench.accounts));
    const receiver = await startBenchReceiver();
    const [alone, healthy, beside, megabytes]: [number[], number[], number[], number[]] = [[], [], [], []];
    try {
      for (let round = 1; round <= bench.runs; round++) {
        const say = (what: string): void => bench.say(`round ${round} of ${bench.runs}: ${what}`);
        say(`${documents} documents to one destination`);
        const one = await deliver(bench, receiver, [entry('one', receiver, { concurrency: 32 })], documents);
        alone.push(documents / one.seconds);
        megabytes.push(one.megabytes);
        const four = ['a', 'b', 'c', 'd'].map((id) => entry(id, receiver, {}));
        // The same rows both times: without its URL nothing is sent to the fifth one.
        say('to four destinations of five');
        const silent = { ...entry('dead', receiver, {}), url: '${HUB_BENCH_UNSET}' };
        healthy.push((await deliver(bench, receiver, [...four, silent], Math.ceil(documents / 4))).seconds);
        say('to the same four, the fifth one dead');
        const dead = entry('dead', receiver, { timeout: '2s' });
        beside.push((await deliver(bench, receiver, [...four, dead], Math.ceil(documents / 4))).seconds);
      }
    } finally {
      await receiver.close();
    }
    const rate = alone.reduce((sum, value) => sum + value, 0) / alone.length;
    return {
      facts: { documents },
      figures: [
        { name: 'deliveries per second, one destination', unit: 'rows/s', samples: alone },
        { name: 'to four destinations', unit: 's', samples: healthy },
        { name: 'to four destinations, a fifth one dead', unit: 's', samples: beside },
        { name: 'peak memory of resend-relays', unit: 'MB', samples: megabytes },
      ],
      bars: [
        { name: 'deliveries per second', unit: 'rows/s', limit: { atLeast: LEAST_PER_SECOND }, value: rate, rounds: alone },
        { name: 'time beside a dead destination / without', unit: '×', limit: { atMost: MOST_SLOWER }, ...ratioOf(beside, healthy) },
      ],
      ratios: [],
    };
  },
};

function entry(id: string, { url }: BenchReceiver, extra: Readonly<Record<string, unknown>>): DestinationEntry {
  return { id, mode: 'post', url: `${url}/${id}`, kinds: ['order.assembled'], allow_private: true, ...extra };
}

/** Sends so many documents to each of the destinations; seconds from the first to the last that arrived. */
async function deliver(
  bench: Bench,
  receiver: BenchReceiver,
  destinations: readonly DestinationEntry[],
  documents: number,
): Promise<{ seconds: number; megabytes: number }> {
  const database = await bench.server.create();
  const place = { databaseUrl: database.url, lake: bench.folder };
  await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
  await fillOutbox(database.url, destinations, documents, bench.signal);
  const config = writeConfig(bench.folder, destinations);
  receiver.reset();
  const run = await runHub(bench.hub, ['resend-relays', '--config', config], place, bench.signal);
  const { requests, seconds } = receiver.measured();
  const expected = destinations.filter(({ id }) => id !== 'dead').length * documents;
  if (requests !== expected || run.totals['delivered'] !== expected) {
    throw new HubError('unexpected', 'different_work', `${requests} requests and ${String(run.totals['delivered'])} deliveries instead of ${expected}.`, {
      nextStep: 'The measurement is not of what it should be: report it.',
    });
  }
  await database.drop();
  return { seconds, megabytes: run.peakMegabytes };
}
