import { HubError } from '../core/errors.ts';
import { attempt } from '../engine/runs/fault.ts';
import type { UndecidableAccount } from '../engine/runs/undecidable.ts';
import type { CreditNote } from './ledger/credit-note.ts';
import { decidePerson, type Decision, type DecisionSetup } from './decide-person.ts';
import { invalidReason } from './documents/document-schema.ts';
import { isNewVersion, type DecidedDocument, type VersionMode } from './documents/document-versions.ts';
import type { StoredVersion } from './documents/documents.repository.ts';
import type { PersonFacts } from './facts/facts.ts';

/** What the persons of a chunk come to; of those who could not be decided nothing is to be written. */
export interface ChunkDecisions {
  readonly people: readonly PersonFacts[];
  readonly decisions: readonly Decision[];
  readonly undecidable: readonly UndecidableAccount[];
}

/** What is stored of a chunk, as far as it decides. */
export interface StoredState {
  /** The credit notes by brand and account, or that they are attributed anew. */
  readonly notes: ReadonlyMap<string, readonly CreditNote[]> | 'attribute';
  /** The newest versions of documents by brand and order. */
  readonly versions: ReadonlyMap<string, ReadonlyMap<string, StoredVersion>>;
}

/** Decides persons one by one, each with the documents that would leave, so that one who cannot be decided stops nobody. */
export function decideChunk(people: readonly PersonFacts[], setup: DecisionSetup, { notes, versions }: StoredState, mode: VersionMode): ChunkDecisions {
  const decided: { readonly person: PersonFacts; readonly decision: Decision }[] = [];
  const undecidable: UndecidableAccount[] = [];
  for (const person of people) {
    const result = attempt(() => {
      const decision = decidePerson(person, setup, notes);
      for (const document of decision.documents) {
        if (isNewVersion(document, versions.get(document.brand)?.get(document.orderId), mode)) requireValid(document);
      }
      return decision;
    }, person);
    if ('decided' in result) decided.push({ person, decision: result.decided });
    else undecidable.push(...person.accounts.map(({ brand, account }) => ({ brand, accountId: account.account_id, fault: result.fault })));
  }
  return { people: decided.map(({ person }) => person), decisions: decided.map(({ decision }) => decision), undecidable };
}

/** A document that breaks the published schema must never leave; only the program itself can have made one. */
function requireValid({ brand, publicId, content }: DecidedDocument): void {
  const reason = invalidReason(content);
  if (reason === undefined) return;
  throw new HubError('unexpected', 'invalid_document', `The document of order ${publicId} breaks its schema (schemas/order.v1.json): ${reason}.`, {
    context: { brand, order: publicId },
  });
}
