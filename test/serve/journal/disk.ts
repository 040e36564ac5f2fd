import { fileSystem, type JournalDisk, type JournalFile } from '../../../src/serve/journal/disk.ts';

type Operation = 'create' | 'write' | 'short write' | 'truncate' | 'datasync';

/** A real disk that refuses what it is told to refuse, and notes what it was asked. */
export interface FaultyDisk extends JournalDisk {
  /** `create 1`, `write 1`, `datasync 1` …, with the number of the segment. */
  readonly calls: string[];
  /** Refuses the operation so many times. */
  refuse(operation: Operation, times: number): void;
}

export function faultyDisk(): FaultyDisk {
  const refused = new Map<Operation, number>();
  const calls: string[] = [];
  const isRefused = (operation: Operation): boolean => {
    const left = refused.get(operation) ?? 0;
    refused.set(operation, Math.max(0, left - 1));
    return left > 0;
  };
  const ask = (operation: Operation, number: string, code: string): void => {
    calls.push(`${operation} ${number}`);
    if (isRefused(operation)) throw Object.assign(new Error(`${code}: refused by the test`), { code });
  };
  return {
    ...fileSystem,
    calls,
    refuse: (operation, times) => void refused.set(operation, times),
    async create(path) {
      const number = String(Number(/(\d{10})\.journal$/.exec(path)?.[1]));
      ask('create', number, 'ENOSPC');
      return faultyFile(await fileSystem.create(path), number);
    },
  };

  function faultyFile(file: JournalFile, number: string): JournalFile {
    return {
      async write(bytes, position) {
        if (position > 0) ask('write', number, 'EIO');
        const isShort = position > 0 && isRefused('short write');
        return file.write(isShort ? bytes.subarray(0, bytes.length - 5) : bytes, position);
      },
      async truncate(size) {
        ask('truncate', number, 'EIO');
        await file.truncate(size);
      },
      async datasync() {
        ask('datasync', number, 'EIO');
        await file.datasync();
      },
      close: () => file.close(),
    };
  }
}
