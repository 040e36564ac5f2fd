import { sha256Hex } from '../../core/hash.ts';
import { normaliseEmail } from '../../core/email.ts';
import type { Fact } from './outbox.ts';
import { fileKinds, type FileKind } from './relay.ts';

/** What a line of a file is read with. */
export interface LineRules {
  /** The kind of lines that name none. */
  readonly kind: FileKind | undefined;
  readonly brands: readonly string[];
}

const LONGEST_LINE = 1_048_576;
const LONGEST_KEY = 255;
const PERSON_ID_LENGTH = 32;
const KEYS = new Set(['kind', 'brand', 'dedupe_key', 'person_id', 'payload']);

/**
 * Reads a line of NDJSON: an object with `payload` (an object, sent as JSON), and, if wanted, `kind`, `brand`,
 * `dedupe_key` (default: a hash of kind and payload) and `person_id` (default: of `payload.email`).
 * @returns the fact, or what is wrong; the line itself is not shown, it may be personal
 */
export function parseFactLine(line: string, rules: LineRules): Fact | { readonly problem: string } {
  if (line.length > LONGEST_LINE) return { problem: 'it is longer than 1 MiB' };
  const object = parseObject(line);
  if (object === undefined) return { problem: 'it is no JSON object' };
  const unknown = Object.keys(object).find((key) => !KEYS.has(key));
  if (unknown !== undefined) return { problem: `it has a key that is not known; there are ${[...KEYS].join(', ')}` };
  const { kind = rules.kind, brand = null, payload, dedupe_key: key, person_id: person } = object;
  if (!isFileKind(kind)) return { problem: `its kind must be ${fileKinds.join(' or ')}` };
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return { problem: 'its payload must be an object' };
  if (brand !== null && !(typeof brand === 'string' && rules.brands.includes(brand))) return { problem: `its brand must be one of ${rules.brands.join(', ')}` };
  if (key !== undefined && !(typeof key === 'string' && key !== '' && key.length <= LONGEST_KEY)) {
    return { problem: `its dedupe_key must be a text of 1 to ${LONGEST_KEY} characters` };
  }
  if (person !== undefined && !(typeof person === 'string' && /^[0-9a-f]{32}$/.test(person))) return { problem: 'its person_id must be 32 hex digits' };
  const text = JSON.stringify(payload);
  return {
    kind,
    brand,
    subjectId: null,
    version: null,
    personId: person ?? personOfPayload(payload as Record<string, unknown>),
    payload: text,
    dedupeKey: key ?? sha256Hex(`${kind}\n${text}`),
  };
}

/** The person of a lead, so that an erasure finds it; the same id as that of a customer with this address. */
function personOfPayload(payload: Readonly<Record<string, unknown>>): string | null {
  const email = typeof payload['email'] === 'string' ? normaliseEmail(payload['email']) : undefined;
  return email === undefined ? null : sha256Hex(email).slice(0, PERSON_ID_LENGTH);
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isFileKind(kind: unknown): kind is FileKind {
  return (fileKinds as readonly unknown[]).includes(kind);
}
