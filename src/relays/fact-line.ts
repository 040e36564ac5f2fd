import { normaliseEmail, readEmail } from '../core/text/email.ts';
import { sha256Hex } from '../core/hash.ts';
import { keepsNumbers, membersOf } from '../core/text/json-text.ts';
import { personIdOf } from '../enriched/facts/person.ts';
import type { Fact } from './outbox.ts';
import { fileKinds, type FileKind } from './outbox/relay.ts';

/** What a line of a file is read with. */
export interface LineRules {
  /** The kind of lines that name none. */
  readonly kind: FileKind | undefined;
  readonly brands: readonly string[];
}

const LONGEST_KEY = 255;
const KEYS = ['kind', 'brand', 'dedupe_key', 'person_id', 'payload'];

/**
 * Reads a line of NDJSON: an object with `payload` (an object, sent as it stands, with every digit of its numbers), and,
 * if wanted, `kind`, `brand`, `dedupe_key` (default: a hash of kind and payload) and `person_id` (default: of
 * `payload.email`).
 * @returns the fact, or what is wrong; the line itself is not shown, it may be personal
 */
export function parseFactLine(line: string, rules: LineRules): Fact | { readonly problem: string } {
  const members = membersOf(line);
  if (members === undefined) return { problem: 'it is no JSON object' };
  if ([...members.keys()].some((key) => !KEYS.includes(key))) return { problem: `it has a key that is not known; there are ${KEYS.join(', ')}` };
  const [kind = rules.kind, brand = null, key, person] = ['kind', 'brand', 'dedupe_key', 'person_id'].map((name) => valueIn(members, name));
  const payload = members.get('payload');
  if (!isFileKind(kind)) return { problem: `its kind must be ${fileKinds.join(' or ')}` };
  if (payload?.startsWith('{') !== true) return { problem: 'its payload must be an object' };
  if (brand !== null && !(typeof brand === 'string' && rules.brands.includes(brand))) return { problem: `its brand must be one of ${rules.brands.join(', ')}` };
  if (key !== undefined && !(typeof key === 'string' && key !== '' && key.length <= LONGEST_KEY)) {
    return { problem: `its dedupe_key must be a text of 1 to ${LONGEST_KEY} characters` };
  }
  if (person !== undefined && !(typeof person === 'string' && /^[0-9a-f]{32}$/.test(person))) return { problem: 'its person_id must be 32 hex digits' };
  return {
    kind,
    brand,
    subjectId: null,
    version: null,
    personId: person ?? personOfPayload(payload),
    payload,
    dedupeKey: key ?? sha256Hex(`${kind}\n${oneSpelling(payload)}`),
  };
}

/** The person of a lead, so that an erasure finds it; the same id as that of a customer with this address. */
function personOfPayload(payload: string): string | null {
  const email = valueIn(membersOf(payload), 'email');
  const address = typeof email === 'string' ? (readEmail(email) ?? normaliseEmail(email)) : undefined;
  return address === undefined ? null : personIdOf(sha256Hex(address));
}

/** The same payload in another spelling (escapes, `4.50`) is the same fact; where that would change a number, it is not. */
function oneSpelling(payload: string): string {
  if (!keepsNumbers(payload)) return payload;
  try {
    return JSON.stringify(JSON.parse(payload));
  } catch {
    // Nested too deeply to be written.
    return payload;
  }
}

function valueIn(members: ReadonlyMap<string, string> | undefined, name: string): unknown {
  const text = members?.get(name);
  return text === undefined ? undefined : JSON.parse(text);
}

function isFileKind(kind: unknown): kind is FileKind {
  return (fileKinds as readonly unknown[]).includes(kind);
}
