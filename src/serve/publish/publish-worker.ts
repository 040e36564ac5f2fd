import { parentPort, workerData } from 'node:worker_threads';

import { codeOf, messageOf } from '../../core/errors.ts';
import { openIntake } from './open-intake.ts';
import type { ClosedSegment } from '../journal/open-segment.ts';
import { publishSegment } from './publish.ts';

// The thread of its own in which segments are read, sorted and packed, so that no answer waits for it.
const { url } = workerData as { readonly url: string };
const store = await openIntake(url);
parentPort?.on('message', (segment: ClosedSegment) => {
  publishSegment(segment, store).then(
    (published) => parentPort?.postMessage({ published }),
    (error: unknown) => parentPort?.postMessage({ problem: { message: messageOf(error), code: codeOf(error) } }),
  );
});
