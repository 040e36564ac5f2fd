import { HubError } from '../../core/errors.ts';
import { fileRole, MANIFEST, shownName } from './layout.ts';

/**
 * Parses the manifest of a batch: `{"files": {"part-00000.csv": 1200, "part-00001.csv.gz": 87}}`, with the rows of each
 * file, its header not counted.
 * @param folder shown in the error
 * @throws HubError refused `invalid_manifest`
 */
export function parseManifest(text: string, folder: string): ReadonlyMap<string, number> {
  const entries = entriesOf(text);
  if (entries !== undefined && entries.every(([name, rows]) => fileRole(name) === 'data' && isCount(rows))) return new Map(entries as [string, number][]);
  throw new HubError('refused', 'invalid_manifest', `The ${MANIFEST} of the batch is not of the form that it must have.`, {
    context: { folder: shownName(folder) },
    nextStep: 'Have the exporter write {"files": {"<name of the file>": <its rows>}}; nothing of this batch was stored.',
  });
}

function entriesOf(text: string): [string, unknown][] | undefined {
  try {
    const { files } = Object(JSON.parse(text)) as { files?: unknown };
    return typeof files === 'object' && files !== null && !Array.isArray(files) ? Object.entries(files) : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
