import { stat } from 'node:fs/promises';

import type { CityResponse } from 'maxmind';

import { HubError, messageOf } from '../../core/errors.ts';
import type { Locate, Place } from '../steps/geo.ts';

/** A file that knows where addresses are. */
export interface GeoFile {
  readonly locate: Locate;
  /** What the file says of itself: `GeoLite2-City`. */
  readonly type: string;
  /** When it was built, in milliseconds since 1970. */
  readonly builtMs: number;
}

/** The last one that was opened: who imports again and again reads it once. */
let kept: { readonly file: string; readonly mtimeMs: number; readonly geo: GeoFile } | undefined;

/**
 * Opens a city database in MaxMind's format (`geoip.city`); the whole file is kept in memory.
 * @throws HubError configuration if there is none, or it knows no places
 */
export async function openGeoFile(file: string): Promise<GeoFile> {
  try {
    const { mtimeMs } = await stat(file);
    if (kept?.file === file && kept.mtimeMs === mtimeMs) return kept.geo;
    const { open } = await import('maxmind');
    const reader = await open<CityResponse>(file);
    const { databaseType, buildEpoch } = reader.metadata;
    if (!/city|enterprise/i.test(databaseType)) throw new Error(`it is a ${databaseType} database, and knows no cities`);
    const geo: GeoFile = { type: databaseType, builtMs: buildEpoch.getTime(), locate: (address) => placeOf(reader.get(address)) };
    kept = { file, mtimeMs, geo };
    return geo;
  } catch (cause) {
    throw new HubError('configuration', 'geo_file_unusable', `The geo file ${file} cannot be read: ${messageOf(cause)}.`, {
      context: { file },
      nextStep: 'Let geoip.city name a city database in MaxMind DB format (.mmdb), or remove the key.',
      cause,
    });
  }
}

function placeOf(found: CityResponse | null): Place | undefined {
  if (found === null) return undefined;
  const { country, subdivisions, city, location } = found;
  return { country: country?.iso_code ?? null, region: subdivisions?.[0]?.iso_code ?? null, city: city?.names.en ?? null, time_zone: location?.time_zone ?? null };
}
