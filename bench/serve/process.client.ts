import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

import { HubError } from '../../src/core/errors.ts';

/** A server of its own process that listens on loopback. */
export interface ServerProcess {
  readonly address: string;
  /** Resident memory now, in MB of 10^6 bytes. */
  megabytes(): number;
  /** SIGTERM would wait for the load to end. */
  stop(): Promise<void>;
}

/** Starts a server and waits until its log says where it listens. @throws HubError unexpected if it ends before */
export async function startServerProcess(args: readonly string[], folder: string, environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [...args], { cwd: folder, env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'ignore', 'pipe'] });
  const address = await addressOf(child);
  return {
    address,
    megabytes: () => (Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1_024) / 1e6,
    async stop() {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  const seen: string[] = [];
  const lines = createInterface({ input: child.stderr as Readable });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      seen.push(line);
      if (line.includes('"message":"serving"')) resolve((JSON.parse(line) as { address: string }).address);
    });
    child.once('close', () => reject(new HubError('unexpected', 'server_ended', `The server ended before it listened:\n${seen.slice(-20).join('\n')}`)));
  });
}
