import { z } from 'zod';

import { HubError } from '../../core/errors.ts';
import { didYouMean, useOneOf } from '../../core/text/nearest.ts';
import { normaliseHeader, type Entity } from '../../sources/contract/contract.ts';
import { entities } from '../../sources/index.ts';
import { fileFormOf, type FileForm, type ValueForm } from '../format/feed-format.ts';
import { parseTemplate, type Template, type TemplateWords } from '../layout/template.ts';
import { resolveEntry, type ResolvedEntry } from './resolve.ts';
import { feedSchema, type ColumnEntry, type FeedEntry, type StreamEntry } from './schema.ts';

/** A feed as the configuration declares it, ready to be read. */
export interface DeclaredFeed {
  readonly brand: string;
  readonly entity: Entity;
  readonly template: Template;
  readonly words: TemplateWords;
  readonly file: FileForm;
  readonly values: ValueForm;
  /** True: each batch has every record of the feed, and what it leaves out is deleted. */
  readonly isSnapshot: boolean;
  /** After so many milliseconds the next batch is due; undefined: nobody says. */
  readonly every?: number | undefined;
  readonly rows: RowChoice;
  /** Headers whose values are not kept: of columns that hub does not know. */
  readonly without: readonly string[];
  /** By the contract's name of the column. */
  readonly columns: ReadonlyMap<string, ColumnEntry>;
}

/** Which records of a file are rows of the feed. */
export interface RowChoice {
  readonly only?: StreamEntry['only'];
  readonly except?: StreamEntry['except'];
  /** Of lines of JSON: the path of a list, each element of which is a row. */
  readonly each?: string | undefined;
}

/** Something wrong with an entry, at a path below it. */
interface FeedFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Entities that come as files; the streams of platforms have a lake of their own. */
const declarable = entities.filter(({ record }) => record === undefined);

/** `feeds` of hub.config.yaml, with what its parts say of each other and of the contracts. */
export const feedsSchema = z
  .array(feedSchema)
  .default([])
  .superRefine((entries, context) => {
    const seen = new Set<string>();
    for (const [index, given] of entries.entries()) {
      const entry = resolveEntry(given);
      for (const [name, stream] of Object.entries(entry.streams)) {
        const key = `${entry.brand}/${name}`;
        const faults = seen.has(key) ? [{ path: [], message: `is declared twice for ${entry.brand}` }] : faultsOf(entry, name, stream);
        seen.add(key);
        for (const { path, message } of faults) context.addIssue({ code: 'custom', path: [index, 'streams', name, ...path], message });
      }
    }
  });

/** The feeds of entries without faults. */
export function declaredFeeds(entries: readonly FeedEntry[]): DeclaredFeed[] {
  return entries.map(resolveEntry).flatMap((entry) =>
    Object.entries(entry.streams).flatMap(([name, stream]) => {
      const entity = declarable.find((each) => each.name === name);
      const template = parseTemplate(stream.where ?? entry.where ?? '');
      if (entity === undefined || typeof template === 'string') return [];
      const format = { ...entry.format, ...stream.format };
      const words = { entity: stream.file ?? name, brand: entry.named ?? entry.brand };
      const columns = new Map(Object.entries(stream.columns).map(([target, column]) => [columnNamed(entity, target)?.name ?? target, column]));
      return [{ brand: entry.brand, entity, template, words, file: fileFormOf(format), values: format, rows: { only: stream.only, except: stream.except, each: stream.each }, without: stream.without, every: (stream.expect ?? entry.expect)?.every, columns, isSnapshot: keepOf(entry, stream) === 'snapshot' }];
    }),
  );
}

function faultsOf(entry: ResolvedEntry, name: string, stream: StreamEntry): FeedFault[] {
  const entity = declarable.find((each) => each.name === name);
  if (entity === undefined) return [{ path: [], message: `is no entity. ${useOneOf(name, declarable.map((each) => each.name))}` }];
  const where = stream.where ?? entry.where;
  if (where === undefined) return [{ path: [], message: 'has no path: give where here, or to the whole entry' }];
  if (!where.includes('{entity}') && stream.where === undefined && Object.keys(entry.streams).length > 1) return [{ path: [], message: 'shares its path with the others: put {entity} into where, or give each stream its own' }];
  if (keepOf(entry, stream) === 'snapshot' && !entity.keeping.deletes) return [{ path: ['keep'], message: `cannot be snapshot: no row of ${name} is ever deleted. Use increments.` }];
  if (stream.each !== undefined && { ...entry.format, ...stream.format }.kind !== 'ndjson') return [{ path: ['each'], message: 'is for lines of JSON: the format has no kind: ndjson' }];
  return columnFaults(entity, stream);
}

function keepOf(entry: ResolvedEntry, stream: StreamEntry): NonNullable<FeedEntry['keep']> {
  return stream.keep ?? entry.keep ?? 'increments';
}

function columnFaults(entity: Entity, { columns }: StreamEntry): FeedFault[] {
  const faults: FeedFault[] = [];
  const targets = new Map<string, string>();
  for (const [target, entry] of Object.entries(columns)) {
    const path = ['columns', target];
    const column = columnNamed(entity, target);
    if (column === undefined) {
      faults.push({ path, message: `is no column of ${entity.name}. ${didYouMean(target, entity.columns.map(({ name }) => name))}See docs/entities.md.` });
      continue;
    }
    const other = targets.get(column.name);
    if (other !== undefined) faults.push({ path, message: `names the column ${column.name}, as ${other} does` });
    targets.set(column.name, target);
    faults.push(...entryFaults(column.kind, entry).map((message) => ({ path, message })));
  }
  const currencyKnown = entity.columns.some(({ name }) => name === 'Currency');
  for (const [target, { unit, currency, currency_from: from }] of Object.entries(columns)) {
    if (unit === 'minor' && !currencyKnown && currency === undefined && from === undefined) {
      faults.push({ path: ['columns', target], message: `is in minor units of a currency that ${entity.name} does not tell: give currency or currency_from` });
    }
  }
  return faults;
}

function entryFaults(kind: string, { sign, unit, with: joined, from }: ColumnEntry): string[] {
  return [
    ...((sign !== undefined || unit === 'minor') && kind !== 'decimal' ? ['is no amount: sign and unit are for columns of decimals'] : []),
    ...(joined !== undefined && !Array.isArray(from) ? ['joins nothing: with needs several headers in from'] : []),
  ];
}

/**
 * The folder of a lake in which feeds can be declared.
 * @throws HubError configuration if the lake is no folder
 */
export function requireFolder(lakeUrl: string): string {
  if (lakeUrl.startsWith('file:')) return lakeUrl.slice('file:'.length);
  throw new HubError('configuration', 'feeds_need_folder', 'The configuration declares feeds, which are read from a lake on disk, and HUB_LAKE_URL names another one.', {
    nextStep: 'Set HUB_LAKE_URL to file:<folder>, or take feeds out of hub.config.yaml.',
  });
}

/** A column of the contract by its name, without case and separators. */
export function columnNamed(entity: Entity, name: string): Entity['columns'][number] | undefined {
  return entity.columns.find((column) => [column.name, ...(column.aliases ?? [])].some((each) => normaliseHeader(each) === normaliseHeader(name)));
}
