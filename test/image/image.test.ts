import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';

import { PROJECT } from '../support/program/hub.ts';
import { copyProductionPackages } from '../support/program/production-tree.ts';
import { temporaryFolder } from '../support/suite/temporary-folder.ts';

/** The user `node` of the base image. */
const NODE_USER = 1000;

interface Copy {
  readonly stage: number;
  readonly fromBuild: boolean;
  readonly sources: readonly string[];
  readonly target: string;
}

const dockerfile = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8').replaceAll(/ \\\n/g, ' ');
const ignored = readFileSync(join(PROJECT, '.dockerignore'), 'utf8').split('\n').filter((line) => line !== '');
const copies = readCopies();

function readCopies(): Copy[] {
  let stage = 0;
  return dockerfile.split('\n').flatMap((line): Copy[] => {
    if (line.startsWith('FROM ')) stage++;
    const words = /^COPY (.*)$/.exec(line)?.[1]?.split(' ') ?? [];
    const paths = words.filter((word) => !word.startsWith('--'));
    return paths.length < 2 ? [] : [{ stage, fromBuild: words.includes('--from=build'), sources: paths.slice(0, -1), target: paths.at(-1) ?? '' }];
  });
}

describe('the Dockerfile', () => {
  test('copies only what is there and not left out of the context', () => {
    for (const source of copies.filter(({ fromBuild }) => !fromBuild).flatMap(({ sources }) => sources)) {
      expect({ source, exists: existsSync(join(PROJECT, source)) }).toEqual({ source, exists: true });
      expect(ignored.filter((path) => source === path || source.startsWith(`${path}/`))).toEqual([]);
    }
  });

  test('has everything in the build stage that is compiled', () => {
    const { include } = JSON.parse(readFileSync(join(PROJECT, 'tsconfig.build.json'), 'utf8')) as { include: string[] };
    const copied = copies.filter(({ stage }) => stage === 1).flatMap(({ sources }) => sources);
    expect(copied).toEqual(expect.arrayContaining(include.map((path) => path.replace(/\/\*.*$/, ''))));
  });

  test('has every folder in the run stage that the program reads beside its code', () => {
    const copied = copies.filter(({ stage }) => stage === 2).flatMap(({ sources }) => sources);
    for (const folder of ['config', 'schemas'].filter((name) => existsSync(join(PROJECT, name)))) expect(copied).toContain(folder);
  });

  test('runs one exact base as a user without rights, with an entry point that needs no shell', () => {
    expect(dockerfile).toMatch(/^ARG NODE=\d+\.\d+\.\d+-\w+-slim$/m);
    expect(dockerfile.match(/^FROM .*$/gm)).toEqual(['FROM node:${NODE} AS build', 'FROM node:${NODE}']);
    expect(dockerfile.slice(dockerfile.lastIndexOf('FROM '))).toMatch(/^USER node$[^]*^ENTRYPOINT \["node", "\/app\/bin\/hub"\]$/m);
  });
});

describe('what the run stage holds', () => {
  let root = '';
  let user = false;

  beforeAll(() => {
    const folder = temporaryFolder('image');
    root = join(folder, 'app');
    mkdirSync(root);
    copyProductionPackages(PROJECT, root);
    for (const { fromBuild, sources, target } of copies.filter(({ stage }) => stage === 2)) {
      for (const source of sources) {
        const from = fromBuild ? source.replace('/build/', '') : source;
        if (from !== 'node_modules') cpSync(join(PROJECT, from), join(root, target === './' ? source : target), { recursive: true });
      }
    }
    // Root may write anywhere; so the program runs as another user, if this process may become one that can start Node.
    for (let above = folder; above.startsWith(`${process.env['HUB_TEST_ROOT'] ?? ''}/`); above = dirname(above)) chmodSync(above, 0o755);
    mkdirSync(join(root, '.hub'));
    user = process.getuid?.() === 0 && spawnSync(process.execPath, ['--version'], { uid: NODE_USER, gid: NODE_USER }).status === 0;
    if (user) chownSync(join(root, '.hub'), NODE_USER, NODE_USER);
  }, 120_000);

  const hub = (...args: string[]) => {
    const as = user ? { uid: NODE_USER, gid: NODE_USER } : {};
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'hub'), ...args], { cwd: root, encoding: 'utf8', env: { NODE_ENV: 'production' }, ...as });
    return { status, stdout, stderr };
  };

  test('is enough for doctor to find everything in order', () => {
    const { status, stdout, stderr } = hub('doctor');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toMatch(/^(FAIL|skip)/m);
  }, 60_000);

  test('is enough for the whole day of the demo, and nothing is written but to .hub', () => {
    const before = readdirSync(root, { recursive: true }).length - readdirSync(join(root, '.hub')).length;
    const { status, stdout, stderr } = hub('demo');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Look further:');
    expect(readdirSync(join(root, '.hub'))).toContain('demo.db');
    expect(readdirSync(root, { recursive: true }).length - readdirSync(join(root, '.hub'), { recursive: true }).length).toBe(before);
  }, 60_000);

  test('is no larger than it must be: 200 MB without Node and Debian', () => {
    const { stdout } = spawnSync('du', ['-sm', root], { encoding: 'utf8' });
    expect(Number(stdout.split('\t')[0])).toBeLessThan(200);
  });
});
