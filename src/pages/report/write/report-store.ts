import type { AudienceStore } from '../../../audiences/deliver/store.ts';
import type { ReportFile } from './data-files.ts';

const TYPES: Readonly<Record<string, string>> = { html: 'text/html; charset=utf-8', csv: 'text/csv; charset=utf-8', json: 'application/json' };

/**
 * Puts the files of a date into a place that shows each as soon as it is there: the manifest comes last, and what it does
 * not name is of a report before.
 */
export async function putReport(store: Pick<AudienceStore, 'putText'>, date: string, files: readonly ReportFile[]): Promise<void> {
  for (const { name, text } of files) await store.putText(`${date}/${name}`, text, TYPES[name.split('.').at(-1) ?? '']);
}
