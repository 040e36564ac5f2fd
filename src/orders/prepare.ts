import { groupBy } from '../core/group-by.ts';
import { stageVersion } from '../core/stage-version.ts';
import type { AccountName } from '../engine/stage/decide-persons.ts';
import type { PersonQueue, PersonSelection } from '../engine/stage/person-queue.repository.ts';
import { isRestricted, type PersonRequest } from '../engine/stage/person-selection.ts';
import type { PersonSetting } from '../engine/stage/run-person-stage.ts';
import { publicIds } from './ids/ids.ts';
import { queuePersons, type OrdersCommand } from './queue.repository.ts';
import { findStrays, type Stray } from './records/strays.repository.ts';

/** What a run asks for, as far as it decides who is taken up. */
interface SelectionRequest extends PersonRequest {
  readonly command: OrdersCommand;
  /** True: what is stored of everybody who is chosen is compared by its columns. */
  readonly recompute: boolean;
}

/** What is known of those who are taken up. */
export interface OrdersSetting extends PersonSetting {
  /** Accounts that only stored records name, by the person under whom they are taken up. */
  readonly strays: ReadonlyMap<string, readonly AccountName[]>;
}

/** The version of the stage: the program and what the configuration decides. Another one takes everybody up. */
export function ordersVersion({ version, spill, idKey }: { readonly version: string; readonly spill: string; readonly idKey: string }): string {
  return stageVersion(version, spill, publicIds(idKey)('per', 'version'));
}

/** Fills the queue of the run with everybody whom the selection is about; a recomputation takes up strays too. */
export async function queueOrders(queue: PersonQueue, request: SelectionRequest, selection: PersonSelection): Promise<OrdersSetting> {
  const { command, recompute, range } = request;
  const strays = recompute && range === undefined ? await straysOf(queue, request) : [];
  await queuePersons(queue, command, selection, recompute ? [...new Set(strays.map(({ personId }) => personId))] : undefined);
  const ofAccounts = strays.flatMap(({ brand, accountId, personId }) => (brand === null || accountId === null ? [] : [{ brand, accountId, personId }]));
  // Two commands write the same tables: none is empty for sure.
  return { emptyBrands: new Set(), strays: groupBy(ofAccounts, ({ personId }) => personId) };
}

/** Of accounts that are named only what stands under them. */
async function straysOf({ database, tx }: PersonQueue, request: SelectionRequest): Promise<readonly Stray[]> {
  const { brands, accounts } = request;
  const found = await findStrays({ database, tx }, brands, !isRestricted(request));
  return accounts === undefined ? found : found.filter(({ accountId }) => accountId !== null && accounts.includes(accountId));
}
