import { HubError } from '../core/errors.ts';
import { decidePersons, type DecidedPersons } from '../engine/stage/decide-persons.ts';
import type { CreditNote } from './ledger/credit-note.ts';
import { decidePerson, type Decision, type DecisionSetup } from './decide-person.ts';
import { invalidReason } from './documents/document-schema.ts';
import { isNewVersion, type DecidedDocument, type VersionMode } from './documents/document-versions.ts';
import type { StoredVersion } from './documents/documents.repository.ts';
import { accountsOf, type PersonFacts } from './facts/facts.ts';

/** What is stored of a chunk, as far as it decides. */
export interface StoredState {
  /** The credit notes by brand and account, or that they are attributed anew. */
  readonly notes: ReadonlyMap<string, readonly CreditNote[]> | 'attribute';
  /** The newest versions of documents by brand and order. */
  readonly versions: ReadonlyMap<string, ReadonlyMap<string, StoredVersion>>;
}

/** Decides persons one by one, each with the documents that would leave, so that one who cannot be decided stops nobody. */
export function decideChunk(people: readonly PersonFacts[], setup: DecisionSetup, { notes, versions }: StoredState, mode: VersionMode): DecidedPersons<PersonFacts, Decision> {
  return decidePersons(people, accountsOf, (person) => {
    const decision = decidePerson(person, setup, notes);
    for (const document of decision.documents) {
      if (isNewVersion(document, versions.get(document.brand)?.get(document.orderId), mode)) requireValid(document);
    }
    return decision;
  });
}

/** A document that breaks the published schema must never leave; only the program itself can have made one. */
function requireValid({ brand, publicId, content }: DecidedDocument): void {
  const reason = invalidReason(content);
  if (reason === undefined) return;
  throw new HubError('unexpected', 'invalid_document', `The document of order ${publicId} breaks its schema (schemas/order.v1.json): ${reason}.`, {
    context: { brand, order: publicId },
  });
}
