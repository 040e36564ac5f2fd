import { readdir, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';

import { HubError, codeOf } from '../../core/errors.ts';
import { batchOfInstant, instantFromMillis, type BatchId } from '../../core/time.ts';
import { fileRole, type LakeFile } from '../../lake/port/layout.ts';
import { batchOfPath, type Template, type TemplateWords } from './template.ts';

/** A file that a template finds. */
export interface FoundFile extends LakeFile {
  /** Relative to the lake; so is the name, by which rows and errors tell where they are from. */
  readonly place: string;
  readonly batch: BatchId;
}

/** The files of the template, sorted by place. Folders that cannot lead to one are not looked into. */
export async function filesOfTemplate(root: string, template: Template, words: TemplateWords): Promise<FoundFile[]> {
  let folders: string[][] = [[]];
  for (const segment of template.segments.slice(0, -1)) {
    const { literal } = segment;
    const below = folders.map(async (folder) => {
      if (literal !== undefined) return [[...folder, literal]];
      const pattern = segment.pattern(words);
      const entries = await entriesIn(join(root, ...folder));
      return entries.filter((entry) => !entry.isFile() && pattern.test(entry.name) && fileRole(entry.name) !== 'hidden').map(({ name }) => [...folder, name]);
    });
    folders = (await Promise.all(below)).flat();
  }
  const found: FoundFile[] = [];
  for (const folder of folders) {
    for (const { name } of await entriesIn(join(root, ...folder))) {
      const path = [...folder, name];
      const batch = fileRole(name) === 'hidden' || name.endsWith('_manifest.json') ? undefined : batchOfPath(template, words, path);
      if (batch === undefined) continue;
      const place = path.join('/');
      const status = await stat(join(root, place)).catch(undefinedIfGone);
      if (status?.isFile() !== true) continue;
      const version = String(Math.trunc(status.mtimeMs));
      found.push({ name: place, place, bytes: status.size, version, batch: batch === 'by time' ? batchOfInstant(instantFromMillis(status.mtimeMs)) : batch });
    }
  }
  return found.sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** The places of all files below a folder that are not hidden, relative to the lake, sorted. */
export async function filesBelow(root: string, folder: readonly string[]): Promise<string[]> {
  const places: string[] = [];
  for (const entry of await entriesIn(join(root, ...folder))) {
    if (fileRole(entry.name) === 'hidden') continue;
    const path = [...folder, entry.name];
    if (entry.isDirectory()) places.push(...(await filesBelow(root, path)));
    else places.push(path.join('/'));
  }
  return places.sort();
}

async function entriesIn(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new HubError('configuration', 'lake_unreadable', `The folder ${folder} of the lake cannot be read.`, { context: { code }, nextStep: 'Check its permissions.', cause });
  }
}

function undefinedIfGone(cause: unknown): undefined {
  if (codeOf(cause) === 'ENOENT') return undefined;
  throw cause;
}
