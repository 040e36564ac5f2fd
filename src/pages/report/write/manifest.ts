import { sha256Hex } from '../../../core/hash.ts';
import type { View } from '../declare/page.ts';
import { lastFlowDay } from '../read/revenue.repository.ts';
import type { ReportFile } from './data-files.ts';

/** The last file of a report: what is in the folder, and what it is of. With it the folder is whole. */
export function manifestFile(files: readonly ReportFile[], view: View, testAccounts: number): ReportFile {
  const content = {
    as_of: view.asOf,
    // The last day of which what flows is whole: sales, credits, refunds, movements.
    final_until: lastFlowDay(view),
    brands: view.brands,
    shown_from: view.from,
    shown_to: view.until,
    test_accounts_left_out: testAccounts,
    files: files.map(({ name, text, rows }) => ({ name, sha256: sha256Hex(text), bytes: Buffer.byteLength(text), rows })),
  };
  return { name: 'manifest.json', text: `${JSON.stringify(content, null, 2)}\n`, rows: null };
}
