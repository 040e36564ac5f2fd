import type { LocalDate } from '../../core/time.ts';
import type { Audience } from '../declare/audience.ts';
import type { LeftOutReason } from '../members/eligibility.ts';
import { platforms, type PlatformName } from '../platforms/index.ts';

/** A file as the manifest names it. */
export interface ManifestFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Without the header. */
  readonly rows: number;
}

/** What a snapshot came to. */
export interface SnapshotCounts {
  readonly members: number;
  readonly added: number;
  readonly removed: number;
  /** Removed and added again in the delta, as something beside the address changed. */
  readonly updated: number;
  /** Added again in the delta although nothing changed, as the platform forgets members after a time. */
  readonly refreshed: number;
  readonly left_out: Readonly<Partial<Record<LeftOutReason, number>>>;
}

/** The entry of an audience on a platform. Its text is the same for the same facts. */
export interface ManifestEntry extends SnapshotCounts {
  readonly audience: string;
  readonly platform: PlatformName;
  readonly description: string;
  readonly purpose: string;
  readonly brands: readonly string[];
  readonly list: ManifestFile;
  readonly delta: ManifestFile & { readonly against: LocalDate | null };
  readonly columns: { readonly hashed: readonly string[]; readonly plain: readonly string[] };
  /** What the persons agreed to; the fields that Google asks for with an upload, granted where every brand says so, or each person did. */
  readonly consent: { readonly rule: string; readonly ad_user_data?: GoogleConsent; readonly ad_personalization?: GoogleConsent };
  readonly rule: unknown;
}

/** Google's words for what a person has agreed to. */
export type GoogleConsent = 'GRANTED' | 'UNSPECIFIED';

/** A snapshot that was not delivered. */
export interface RefusedEntry extends SnapshotCounts {
  readonly audience: string;
  readonly platform: PlatformName;
  readonly reason: string;
}

/** Puts an entry together. */
export function manifestEntry(
  audience: Audience,
  platform: PlatformName,
  counts: SnapshotCounts,
  files: { readonly list: ManifestFile; readonly delta: ManifestEntry['delta'] },
  googleConsent: GoogleConsent,
): ManifestEntry {
  const { header, hashedColumns } = platforms[platform];
  const rule = audience.consent[platform] ?? 'marketing';
  const said = (purpose: string): GoogleConsent => (rule === purpose ? 'GRANTED' : googleConsent);
  const asked = platform === 'google' ? { ad_user_data: said('ad_user_data'), ad_personalization: said('ad_personalization') } : {};
  return {
    audience: audience.name,
    platform,
    description: audience.description,
    purpose: audience.purpose,
    brands: audience.brands,
    ...counts,
    ...files,
    columns: { hashed: header.slice(0, hashedColumns), plain: header.slice(hashedColumns) },
    consent: { rule, ...asked },
    rule: audience.where,
  };
}

/** The manifest of a date: what lies there whole, and what was refused. Its presence is what makes files delivered. */
export function manifestText(date: LocalDate, delivered: readonly ManifestEntry[], refused: readonly RefusedEntry[]): string {
  return `${JSON.stringify({ schema: 'hub.audiences.v1', date, delivered, refused }, undefined, 2)}\n`;
}

export const MANIFEST_NAME = 'manifest.json';

/** The names of the two files in the folder of their date. */
export function fileNames(audience: string, platform: string): { readonly list: string; readonly delta: string } {
  return { list: `${audience}.${platform}.csv`, delta: `${audience}.${platform}.delta.csv` };
}

/** Where a file waits until the database knows it: a place that no consumer looks into. */
export function stagedName(file: string): string {
  return `.staging/${file}`;
}
