import { open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { HubError } from '../../core/errors.ts';
import { makeFolders } from '../../core/folders.client.ts';
import { fileSystem } from './disk.ts';

/** Where segments are published: HUB_INTAKE_URL. */
export interface IntakeStore {
  /** `file:…` or `s3://…`, for logs. */
  readonly location: string;
  /** Puts a file there, whole or not at all, in the place of one that is there. */
  put(name: string, bytes: Buffer): Promise<void>;
  close(): void;
}

/**
 * Opens the intake of a URL; the AWS client is loaded only for one on S3.
 * @throws HubError configuration if it names none
 */
export async function openIntake(url: string): Promise<IntakeStore> {
  if (url.startsWith('file:')) return folderIntake(url.slice('file:'.length));
  if (url.startsWith('s3:')) return (await import('./s3-intake.client.ts')).openS3Intake(url);
  throw new HubError('configuration', 'invalid_intake_url', 'HUB_INTAKE_URL names no place that hub knows.', {
    nextStep: 'Use file:<folder> or s3://bucket/prefix?region=R.',
  });
}

/** A folder; its files are for their owner alone, as they hold what people sent. */
function folderIntake(root: string): IntakeStore {
  return {
    location: `file:${root}`,
    async put(name, bytes) {
      const file = join(root, name);
      const folder = dirname(file);
      makeFolders(folder, 0o700);
      const beside = join(folder, `.${basename(file)}.new`);
      const handle = await open(beside, 'w', 0o600);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(beside, file);
      // The folders above may be new too, and the segment is deleted next.
      for (let above = folder; above.length >= root.length; above = dirname(above)) await fileSystem.syncFolder(above);
    },
    close: () => undefined,
  };
}
