import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';

import { readConfigFile } from '../../../src/config-file.ts';
import { declaredFeeds } from '../../../src/feeds/declare/feeds.ts';
import { feedLake } from '../../../src/feeds/feed-lake.client.ts';
import { openFileLake } from '../../../src/lake/files/files.client.ts';
import { temporaryFolder } from '../suite/temporary-folder.ts';
import { testLake, type TestLake } from './lake.ts';

/** A lake whose feeds a configuration declares. */
export interface FeedTestLake extends TestLake {
  /** Writes a file at a path below the lake. */
  put(place: string, content: string | Buffer): void;
}

/** The file of a configuration with these feeds; the key `feeds` stands on line 3. */
export function feedsFile(feeds: unknown): string {
  const file = join(temporaryFolder('feeds'), 'hub.config.yaml');
  const brands = 'brands: [{ id: alpina, name: Alpina }, { id: belmont, name: Belmont }]\n\n';
  writeFileSync(file, `${brands}${typeof feeds === 'string' ? feeds : stringify({ feeds })}`);
  return file;
}

/** An empty lake with feeds as a configuration declares them. */
export function feedTestLake(feeds: unknown): FeedTestLake {
  const lake = testLake();
  const declared = declaredFeeds(readConfigFile(feedsFile(feeds)).feeds);
  return {
    ...lake,
    open: () => feedLake(openFileLake(lake.root), lake.root, declared),
    put(place, content) {
      const file = join(lake.root, place);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    },
  };
}
