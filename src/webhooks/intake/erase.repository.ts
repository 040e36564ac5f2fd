import type { Database, Transaction } from '../../db/database.ts';
import { namesErased } from '../../leads/erased-record.ts';
import { mayHoldAddressIn } from '../../raw/erasure/erasures.repository.ts';
import { bytesOf } from './body-text.ts';
import type { WebhookRow } from './tables.ts';

const PAGE = 200;

/**
 * Takes away the bodies of webhooks that name erased persons: around an address stands who it is about. That the event came,
 * and what became of it, stays. Gives how many lost their body.
 */
export async function eraseWebhooks({ database, tx }: { readonly database: Database; readonly tx: Transaction }, isErased: (emailSha256: string) => boolean): Promise<number> {
  let changed = 0;
  const statement = `select event_id, body, is_base64 from webhooks where source = ? and event_id > ? and body is not null and (is_base64 = 1 or ${mayHoldAddressIn('body')}) order by event_id limit ${PAGE}`;
  for (const source of await tx<WebhookRow>('webhooks').distinct().orderBy('source').pluck('source')) {
    for (let after = ''; ; ) {
      const rows = await database.dialect.selectRows(tx, statement, [source, after]);
      for (const [id, body, isBase64] of rows) {
        if (!namesErased(bytesOf({ body: String(body), is_base64: Number(isBase64) }), isErased)) continue;
        changed += await tx<WebhookRow>('webhooks').where({ source, event_id: String(id) }).update({ body: null });
      }
      const last = rows.at(-1);
      if (last === undefined) break;
      after = String(last[0]);
    }
  }
  return changed;
}
