import type { Transaction } from '../../../db/database.ts';
import { withConverted } from './converted.ts';
import type { Block, Card, ReportPage, Section, View } from '../declare/page.ts';

/** A section with what was read for it. */
export interface ReadSection {
  readonly section: Pick<Section, 'name' | 'title' | 'definition' | 'unit' | 'none'>;
  readonly blocks: readonly Block[];
  readonly coverage: string;
}

/** A page with what was read for it: all that its files are made of. */
export interface ReadPage {
  readonly page: Pick<ReportPage, 'name' | 'title' | 'question'>;
  readonly cards: readonly Card[];
  readonly sections: readonly ReadSection[];
}

/** Reads what a page shows; within one snapshot all pages are of the same moment. */
export async function readPage(tx: Transaction, page: ReportPage, view: View): Promise<ReadPage> {
  const sections: ReadSection[] = [];
  for (const section of page.sections) {
    const read = await section.read(tx, view);
    const { blocks, note } = withConverted(read.blocks, view.rates);
    sections.push({ section, blocks, coverage: `${read.coverage}${note}` });
  }
  return { page, cards: await page.headline(tx, view), sections };
}
