import { isPersonal, isUserId } from './names.ts';
import { scrubText } from './text.ts';

/** Properties of an event without personal data (serve specification, "Tracked events"). */
export interface Scrubbed {
  readonly value: Record<string, unknown>;
  /** JSON pointers of what was taken out; of a parameter of a page `/page?email`. */
  readonly removed: readonly string[];
  /** JSON pointers of what was replaced. */
  readonly changed: readonly string[];
}

/** Keeps what is no personal data. @param userHash makes the keyed hash of an id of a user */
export function scrubProperties(properties: Readonly<Record<string, unknown>>, userHash: (id: string) => string): Scrubbed {
  const removed: string[] = [];
  const changed: string[] = [];

  function scrubObject(fields: Readonly<Record<string, unknown>>, pointer: string): Record<string, unknown> {
    const kept: [string, unknown][] = [];
    for (const [name, value] of Object.entries(fields)) {
      const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      // A name that holds an address is nobody's field.
      if (isPersonal(name) || scrubText(name).isChanged) removed.push(at);
      else if (!isUserId(name)) kept.push([name, scrubValue(value, at)]);
      else if (typeof value === 'string' || typeof value === 'number') {
        changed.push(at);
        kept.push([name, userHash(String(value))]);
      } else if (value === null) kept.push([name, null]);
      else removed.push(at);
    }
    return Object.fromEntries(kept);
  }

  function scrubValue(value: unknown, at: string): unknown {
    if (Array.isArray(value)) return value.map((each, index) => scrubValue(each, `${at}/${index}`));
    if (typeof value === 'object' && value !== null) return scrubObject(value as Record<string, unknown>, at);
    // A card's number may come as a number.
    if (typeof value === 'number' && scrubText(String(value)).isChanged) return scrubValue(String(value), at);
    if (typeof value !== 'string') return value;
    const { text, parameters, isChanged } = scrubText(value);
    removed.push(...parameters.map((name) => `${at}?${name}`));
    if (isChanged) changed.push(at);
    return text;
  }

  return { value: scrubObject(properties, ''), removed, changed };
}
