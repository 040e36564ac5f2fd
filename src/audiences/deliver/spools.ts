import type { Audience } from '../declare/audience.ts';
import type { MadeFiles } from './deliver.ts';
import { fileNames } from './manifest.ts';
import { openSpoolFolder, type Spool, type SpooledFile } from './spool.client.ts';
import type { SweepSinks } from './sweep.ts';
import type { Target } from './target.ts';

/** The files of a run while they are made, in a folder that only this process reads. */
export interface Spools {
  /** Opens the files of all targets. */
  sinks(targets: readonly Target[]): Promise<SweepSinks>;
  /** Closes the files of an audience and gives them. */
  close(audience: Audience): Promise<{ readonly made: readonly MadeFiles[]; readonly changes: SpooledFile }>;
  remove(): Promise<void>;
}

interface OpenFiles {
  readonly target: Target;
  readonly list: Spool;
  readonly delta: Spool;
}

/** Opens the folder. */
export async function openSpools(): Promise<Spools> {
  const folder = await openSpoolFolder();
  const files = new Map<Target, OpenFiles>();
  const changes = new Map<Audience, Spool>();
  const ofTarget = (target: Target): OpenFiles => known(files.get(target));
  return {
    async sinks(targets) {
      for (const target of targets) {
        const names = fileNames(target.audience.name, target.platformName);
        const header = target.platform.header.join(',');
        files.set(target, { target, list: await folder.open(names.list, header), delta: await folder.open(names.delta, `action,${header}`) });
        if (!changes.has(target.audience)) changes.set(target.audience, await folder.open(`${target.audience.name}.changes`));
      }
      const sinkOf = new Map(targets.map((target) => [target, { list: (line: string) => ofTarget(target).list.write(line), delta: (line: string) => ofTarget(target).delta.write(line) }]));
      return {
        of: (target) => known(sinkOf.get(target)),
        change: (audience, line) => known(changes.get(audience)).write(line),
        async flush() {
          for (const { list, delta } of files.values()) {
            await list.flush();
            await delta.flush();
          }
          for (const spool of changes.values()) await spool.flush();
        },
      };
    },
    async close(audience) {
      const made: MadeFiles[] = [];
      for (const { target, list, delta } of files.values()) {
        if (target.audience === audience) made.push({ target, list: await list.close(), delta: await delta.close() });
      }
      return { made, changes: await known(changes.get(audience)).close() };
    },
    remove: () => folder.remove(),
  };
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The files of this audience were not opened.');
  return value;
}
