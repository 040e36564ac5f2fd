import { HubError } from '../../core/errors.ts';
import { JsonValue } from './json/json.ts';

/** Takes what a Singer tap gives. */
export interface SingerSink {
  /** @param keys names of the fields that make a record's key; none: its hash does */
  record(stream: string, keys: readonly string[], line: string): Promise<void> | undefined;
  /**
   * Ends what is open.
   * @param state what the tap goes on from once this is stored, as JSON; null: not known yet
   */
  close(state: string | null): Promise<void>;
}

const MOST_RECORDS = 50_000;

/**
 * Reads the messages of a Singer tap. What came is closed at each STATE, at 50,000 records, and at the end; a message of
 * another type is passed over (Singer specification; sources specification, "Singer").
 * @throws HubError refused at a line that is no message; what was closed before it stays
 */
export async function readSinger(lines: AsyncIterable<string>, sink: SingerSink): Promise<void> {
  const keys = new Map<string, readonly string[]>();
  let [number, open] = [0, 0];
  try {
    for await (const line of lines) {
      number++;
      if (line.trim() === '') continue;
      const message = JsonValue.read(line);
      const stream = message?.scalarAt('stream') ?? '';
      switch (message?.scalarAt('type')) {
        case 'SCHEMA':
          if (stream === '') throw invalid(number);
          keys.set(stream, [...(message.at('key_properties')?.items() ?? [])].flatMap(({ scalar }) => scalar ?? []));
          break;
        case 'RECORD': {
          const [found, record] = [keys.get(stream), message.at('record')];
          if (found === undefined) throw noSchema(number);
          if (record?.kind !== 'object') throw invalid(number);
          await sink.record(stream, found, record.line);
          if (++open < MOST_RECORDS) break;
          await sink.close(null);
          open = 0;
          break;
        }
        case 'STATE':
          await sink.close(message.at('value')?.line ?? 'null');
          open = 0;
          break;
        case undefined:
          throw invalid(number);
        default:
      }
    }
  } finally {
    // Of a tap that dies, what it gave is kept; it goes on from the state before.
    await sink.close(null);
  }
}

function invalid(line: number): HubError {
  return new HubError('refused', 'singer_invalid_line', `Line ${line} is no message of a Singer tap.`, { context: { line }, nextStep: 'Send the messages of the tap alone to standard input, and its log elsewhere (2> tap.log).' });
}

function noSchema(line: number): HubError {
  return new HubError('refused', 'singer_no_schema', `Line ${line} is a RECORD of a stream that has no SCHEMA yet.`, { context: { line }, nextStep: 'Give the tap a catalog in which the stream is selected.' });
}
