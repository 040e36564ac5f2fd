import { open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { makeFolders, reachDisk } from '../../core/folders.client.ts';
import type { IntakeStore } from './intake-store.ts';

/** A folder; its files are for their owner alone, as they hold what people sent. */
export function folderIntake(root: string): IntakeStore {
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
      for (let above = folder; above.length >= root.length; above = dirname(above)) await reachDisk(above);
    },
    close: () => undefined,
  };
}
