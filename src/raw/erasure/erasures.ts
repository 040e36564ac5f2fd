import { decodeRow, encodeRow } from '../../core/text/row-text.ts';
import type { Entity, Recipient } from '../../sources/contract/contract.ts';
import type { EventFacts } from '../rows/event.ts';
import { ownerColumns, ownerOf } from '../rows/owner.ts';
import type { Reject, Repair } from '../quarantine/quarantine.repository.ts';
import type { RawRow } from '../rows/row-parser.ts';
import { storedColumns } from '../rows/table.ts';
import { rowHash } from '../rows/version.ts';
import { addressHashes, ERASED, withoutErased, withoutWords } from './erased-text.ts';

/** What is remembered of the erased persons of a brand, so that no import brings them back. */
export interface ErasedPersons {
  /** Hashed words that free text must not hold, by the SHA-256 of the address. */
  readonly words: ReadonlyMap<string, ReadonlySet<string>>;
  /** Their records, as `entity\tid`, with the SHA-256 of the address. */
  readonly records: ReadonlyMap<string, string>;
  /** Accounts among them that are test data: what told so is erased. */
  readonly testAccounts: ReadonlySet<string>;
}

/** Values of a raw row: the stored columns of its entity in table order, then `extra`. */
type Values = readonly (string | null)[];

const ADDRESS_HASHES = new Set(['email_sha256', 'email_md5']);
const IDENTIFIER = /[0-9a-z_-]{6,64}/gi;

/**
 * Takes personal data of erased persons out of rows. What is left of a row depends on the row and on what is remembered
 * alone: a row that comes again is the row that is stored. Money, dates and references stay, so that the ledger stays
 * whole.
 */
export class Erasures {
  readonly #persons: ErasedPersons;
  /** Accounts and contacts that an erased address named and that were not known yet, as `entity\tid`. */
  readonly found = new Map<string, string>();

  constructor(persons: ErasedPersons) {
    this.#persons = persons;
  }

  get isEmpty(): boolean {
    return this.#persons.words.size === 0;
  }

  /** The row as it may be stored. */
  row(entity: Entity, row: RawRow): RawRow {
    if (this.isEmpty) return row;
    const stored = decodeRow(row.text);
    const values = this.values(entity, stored);
    if (values === undefined) return row;
    const text = encodeRow(values);
    return { ...row, text, hash: rowHash(text, row.deleted), event: row.event && erasedFacts(entity, row.event, values) };
  }

  /** The values without personal data; undefined if the row is nobody's who was erased, and names nobody. */
  values(entity: Entity, values: Values): Values | undefined {
    if (entity.record !== undefined) return this.#withoutHash(entity, values);
    const { recipient } = entity;
    const names = [...storedColumns(entity).map(({ sql }) => sql), 'extra'];
    const person = recipient === undefined ? this.#owner(entity, names, values) : this.#reader(names, values);
    if (person === undefined) return this.#withoutMention(entity, values);
    return recipient === undefined ? this.#withoutOwner(entity, names, values, person) : this.#withoutReader(recipient, names, values);
  }

  /** A rejected row as it may be kept: nothing of it, if it names an erased address or record. */
  reject(reject: Reject): Reject {
    if (!this.#isNamed(reject.raw)) return reject;
    return { ...reject, raw: reject.csv ? ERASED : JSON.stringify([ERASED]), reason: ERASED };
  }

  repair(repair: Repair): Repair {
    return this.#isNamed(`${repair.before}\t${repair.after.join('\t')}`) ? { ...repair, before: ERASED, after: [], edits: [] } : repair;
  }

  /** The text without any spelling of an erased address. */
  without(text: string): string {
    return withoutErased(text, (hash) => this.#persons.words.has(hash));
  }

  /** True if the text names an erased address or record. */
  names(text: string): boolean {
    return this.#isNamed(text);
  }

  /** A row of the person's records: nothing that is personal stays, and in texts none of the person's words. */
  #withoutOwner(entity: Entity, names: readonly string[], values: Values, person: string): Values {
    const words = this.#persons.words.get(person) ?? new Set<string>();
    const columns = storedColumns(entity);
    const isPersonal = columns.some((column) => column.personal);
    return values.map((value, index) => {
      const column = columns[index];
      if (names[index] === 'test__c' && this.#persons.testAccounts.has(values[0] ?? '')) return '1';
      if (value === null) return null;
      if (isPersonal && (column === undefined || column.personal)) return null;
      return column === undefined || column.kind === 'text' ? withoutWords(value, person, words) : value;
    });
  }

  /** An event of the person: it stays counted, but tells of nobody. */
  #withoutReader(recipient: Recipient, names: readonly string[], values: Values): Values {
    return values.map((value, index) => {
      const name = names[index] ?? '';
      if (value === null) return null;
      return recipient.identifying.includes(name) && !(recipient.objects && this.#isOthers(name, names, values)) ? null : this.without(value);
    });
  }

  /** A record of a platform: it stays, but tells of nobody. */
  #withoutHash(entity: Entity, values: Values): Values | undefined {
    const index = storedColumns(entity).findIndex(({ sql }) => sql === 'email_sha256');
    const hash = values[index] ?? null;
    const plain = this.#withoutMention(entity, values);
    return hash === null || !this.#persons.words.has(hash) ? plain : (plain ?? values).with(index, null);
  }

  /** Somebody else's row may name the person in its texts. */
  #withoutMention(entity: Entity, values: Values): Values | undefined {
    const columns = storedColumns(entity);
    const cleaned = values.map((value, index) => {
      const kind = columns[index]?.kind ?? 'text';
      return value === null || (kind !== 'text' && kind !== 'enum') ? value : this.without(value);
    });
    return cleaned.every((value, index) => value === values[index]) ? undefined : cleaned;
  }

  #isNamed(text: string): boolean {
    if (this.isEmpty) return false;
    if (this.without(text) !== text) return true;
    return (text.match(IDENTIFIER) ?? []).some((id) => ['account', 'contact', 'payment_method'].some((entity) => this.#persons.records.has(`${entity}\t${id}`)));
  }

  /** True of what tells of somebody else: an unsubscription may name one who was erased, and somebody else beside. */
  #isOthers(name: string, names: readonly string[], values: Values): boolean {
    const valueOf = (column: string): string | null => values[names.indexOf(column)] ?? null;
    if (name === 'contact_id') return !this.#persons.records.has(`contact\t${valueOf('contact_id') ?? ''}`);
    return ADDRESS_HASHES.has(name) && !this.#persons.words.has(valueOf('email_sha256') ?? '');
  }

  #reader(names: readonly string[], values: Values): string | undefined {
    const hash = values[names.indexOf('email_sha256')] ?? null;
    if (hash !== null && this.#persons.words.has(hash)) return hash;
    const contact = values[names.indexOf('contact_id')] ?? null;
    return contact === null ? undefined : this.#persons.records.get(`contact\t${contact}`);
  }

  #owner(entity: Entity, names: readonly string[], values: Values): string | undefined {
    const own = `${entity.name}\t${values[0] ?? ''}`;
    const known = this.#persons.records.get(own) ?? this.#persons.records.get(ownerOf(ownerColumns(entity), values));
    if (known !== undefined) return known;
    for (const [index, column] of storedColumns(entity).entries()) {
      const hash = column.shape === 'email' ? addressHashes(values[index] ?? null).find((each) => this.#persons.words.has(each)) : undefined;
      if (hash === undefined) continue;
      this.found.set(own, hash);
      const account = values[names.indexOf('account_id')] ?? null;
      if (entity.name === 'contact' && account !== null) this.found.set(`account\t${account}`, hash);
      return hash;
    }
    return undefined;
  }
}

/** What an event says about whom it concerns, after its row was erased. */
function erasedFacts(entity: Entity, facts: EventFacts, values: Values): EventFacts {
  const names = storedColumns(entity).map(({ sql }) => sql);
  const valueOf = (name: string): string | null => values[names.indexOf(name)] ?? null;
  const emailSha256 = valueOf('email_sha256');
  return { ...facts, emailSha256, emailMd5: valueOf('email_md5'), contactId: valueOf('contact_id'), mailboxSha256: emailSha256 === null ? null : facts.mailboxSha256 };
}
