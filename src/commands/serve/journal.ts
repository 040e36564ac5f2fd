import type { Command, Output } from '../../cli/command.ts';
import { count, option } from '../../cli/flag.ts';
import { textTable } from '../../cli/table.ts';
import type { Context } from '../../context.ts';
import { toIso } from '../../core/time.ts';
import type { SegmentSummary, VerifiedSegment } from '../../serve/publish/inspect.ts';
import type { Published } from '../../serve/publish/publish.ts';

const limit = option('--limit <count>', 'how many segments at most', count).or('1000');
const right = (title: string) => ({ title, align: 'right' as const });

const list: Command = {
  name: 'list',
  summary: 'list the segments that are not published',
  arguments: '[folder]',
  options: [limit],
  examples: ['hub journal list', 'hub journal list .hub/journal --output json'],
  async run(context, options, [folder]) {
    const items = (await segmentsOf(context, folder)).slice(0, limit.of(options));
    const rows = items.map(({ writer, number, bytes }) => [writer, String(number), bytes]);
    const json = { items: items.map(({ writer, number, bytes }) => ({ writer, segment: number, bytes })) };
    return { text: rows.length === 0 ? 'No segment waits.' : textTable([{ title: 'writer' }, right('segment'), right('bytes')], rows), json };
  },
};

const verify: Command = {
  name: 'verify',
  summary: 'read segments to their end, and tell what is damaged',
  description: 'Reads every segment and changes nothing. A torn tail is what a kill leaves; a corrupt range has records behind it, and ends the command with 3.',
  arguments: '[folder]',
  options: [limit],
  examples: ['hub journal verify', 'hub journal verify .hub/journal --output json'],
  async run(context, options, [folder]) {
    const { verifySegment } = await import('../../serve/publish/inspect.ts');
    return verified((await segmentsOf(context, folder)).slice(0, limit.of(options)).map(verifySegment));
  },
};

const publish: Command = {
  name: 'publish',
  summary: 'publish the segments of a folder whose server does not come back',
  description:
    'Publishes all segments to HUB_INTAKE_URL as the server would, under the same names with the same bytes, and deletes them. ' +
    'A folder that a server still writes is left alone, and the command ends with 4.',
  arguments: '[folder]',
  examples: ['hub journal publish', 'hub journal publish .hub/journal --output json'],
  async run(context, _options, [folder]) {
    const [{ holdFolder }, { openIntake }, { publishSegment }, { writerFolders }] = await Promise.all([
      ...[import('../../serve/journal/folder.ts'), import('../../serve/publish/open-intake.ts')] as const,
      ...[import('../../serve/publish/publish.ts'), import('../../serve/publish/inspect.ts')] as const,
    ]);
    const writers = writerFolders(placeOf(context, folder));
    const store = await openIntake(context.config.server().intakeUrl);
    const items: (Published & { readonly writer: string })[] = [];
    try {
      for (const { writer, folder: path } of writers) {
        const { lock, segments } = holdFolder(path.slice(0, -writer.length - 1), writer);
        try {
          for (const segment of segments) items.push({ writer, ...(await publishSegment(segment, store)) });
        } finally {
          lock.release();
        }
      }
    } finally {
      store.close();
    }
    const rows = items.map((item) => [item.writer, String(item.number), item.records, item.parts, item.corrupt, item.tornBytes]);
    const columns = [{ title: 'writer' }, ...['segment', 'records', 'parts', 'corrupt ranges', 'torn bytes'].map(right)];
    return {
      text: rows.length === 0 ? 'No segment waits.' : textTable(columns, rows),
      json: { intake: store.location, items: items.map(({ number, corruptBytes, tornBytes, ...item }) => ({ ...item, segment: number, corrupt_bytes: corruptBytes, torn_bytes: tornBytes })) },
      refused: items.some(({ corrupt }) => corrupt > 0),
    };
  },
};

function verified(segments: readonly VerifiedSegment[]): Output {
  const rows = segments.map(({ writer, number, openedAt, records, corrupt, tornBytes }) => [writer, String(number), openedAt === undefined ? null : toIso(openedAt), records, corrupt, tornBytes]);
  const columns = [{ title: 'writer' }, right('segment'), { title: 'opened' }, ...['records', 'corrupt ranges', 'torn bytes'].map(right)];
  return {
    text: rows.length === 0 ? 'No segment waits.' : textTable(columns, rows),
    json: { items: segments.map(({ writer, number, bytes, openedAt, records, corrupt, tornBytes }) => ({ writer, segment: number, bytes, opened_at: openedAt === undefined ? null : toIso(openedAt), records, corrupt, torn_bytes: tornBytes })) },
    refused: segments.some(({ corrupt }) => corrupt > 0),
  };
}

async function segmentsOf(context: Context, folder: string | undefined): Promise<SegmentSummary[]> {
  const { listSegments, writerFolders } = await import('../../serve/publish/inspect.ts');
  return writerFolders(placeOf(context, folder)).flatMap(listSegments);
}

function placeOf(context: Context, folder: string | undefined): string {
  return folder ?? context.config.server().journal;
}

/** Looks after a journal of hub serve that no server has open. */
export const journal: Command = {
  name: 'journal',
  summary: 'look after the journal of hub serve',
  commands: [list, verify, publish],
};
