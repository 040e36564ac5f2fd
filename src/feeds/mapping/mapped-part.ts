import type { LakePart } from '../../lake/port/lake.ts';
import { RecordLines, type RecordBlock } from '../../lake/text/record-lines.ts';
import type { DeclaredFeed } from '../declare/feeds.ts';
import { RecordMapper, type SourceBlock } from './record-mapper.ts';

/** A part as its file has it. */
export interface SourcePart extends Pick<LakePart, 'name' | 'header' | 'setWidth'> {
  readonly blocks: AsyncIterable<SourceBlock>;
}

/**
 * The part under the contract's header.
 * @throws HubError refused (missing_header) if the file lacks a column that the feed names
 */
export function mappedPart(part: SourcePart, feed: Pick<DeclaredFeed, 'entity' | 'values' | 'columns' | 'file' | 'rows' | 'without'>): LakePart {
  const { name, header, setWidth } = part;
  if (header.length === 0) return { name, header, ragged: true, blocks: noBlocks() };
  const mapper = new RecordMapper(feed, feed.file, header, name);
  const onWidth = (width: number): void => setWidth?.(width);
  const isPlain = mapper.isPlain && feed.file.kind === 'csv';
  return {
    name,
    header: mapper.header,
    ragged: true,
    // Of a header that came again the readers of values are others.
    ...(isPlain ? {} : { get unmapped() { return mapper.unmapped; } }),
    blocks: isPlain ? plainBlocks(part, mapper, onWidth) : mappedBlocks(part, mapper, onWidth),
    setWidth: onWidth,
  };
}

async function* mappedBlocks({ blocks }: SourcePart, mapper: RecordMapper, onWidth: (width: number) => void): AsyncGenerator<RecordBlock> {
  for await (const block of blocks) yield* mapper.map(block, onWidth);
}

/** Blocks as they are, but for one in which the first name of the header stands: it may have come again there. */
async function* plainBlocks({ blocks, header: [first = ''] }: SourcePart, mapper: RecordMapper, onWidth: (width: number) => void): AsyncGenerator<RecordBlock> {
  for await (const block of blocks) {
    if ('header' in block) continue;
    const holdsHeader = block instanceof RecordLines ? block.bytes.includes(first) : block.some(({ fields }) => fields.includes(first));
    if (holdsHeader) yield* mapper.passed(block, onWidth);
    else yield block;
  }
}

async function* noBlocks(): AsyncGenerator<RecordBlock> {
  // A file without any line has no records.
}
