import { statfs } from 'node:fs/promises';

/** Whether enough of a disk is free, looked at now and then. */
export interface FreeSpace {
  readonly isEnough: boolean;
  stop(): void;
}

const EVERY_MS = 5_000;

/** Below the bound the process goes on, and asks for no more requests (serve specification, "Errors"). */
export async function watchFreeSpace(folder: string, minBytes: number): Promise<FreeSpace> {
  const look = async (): Promise<boolean> => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= minBytes;
  };
  let isEnough = await look();
  const timer = setInterval(() => {
    look().then((found) => (isEnough = found), () => (isEnough = false));
  }, EVERY_MS);
  return {
    get isEnough() {
      return isEnough;
    },
    stop: () => clearInterval(timer),
  };
}
