import { HubError } from '../../core/errors.ts';
import { addDays, dateOf } from '../../core/time.ts';
import { WARNING_DAYS } from '../../secrets/secret-check.ts';
import type { Check } from './check.ts';

/** What is stored of hub secrets can be opened, is under the first key, and does not expire soon. */
export const secrets: Check = {
  name: 'secrets',
  needs: ['migrations'],
  async run(context) {
    const { allSecrets, secretsTable } = await import('../../secrets/secrets.repository.ts');
    const { openValue } = await import('../../secrets/secret-row.ts');
    const database = context.unmigratedDatabase();
    const rows = await database.read(async (knex) => ((await database.dialect.columnsOf(knex, secretsTable.name)).length === 0 ? [] : allSecrets(knex)));
    if (context.config.secretsKey === undefined && rows.length === 0) return { found: 'none stored' };
    const ring = await context.keyRing();
    const unreadable: string[] = [];
    for (const row of rows) await openValue(ring, row.name, row).catch((error: unknown) => unreadable.push(refusedName(error, row.name)));
    if (unreadable.length > 0) {
      throw new HubError('configuration', 'secrets_unreadable', `HUB_SECRETS_KEY does not open ${unreadable.join(', ')}.`, { nextStep: 'Append the key of before to HUB_SECRETS_KEY, or set them again with hub secrets set.' });
    }
    const today = dateOf(context.clock.now());
    const named = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(', ');
    const old = rows.filter(({ key_id: key }) => key !== ring.first.id);
    const expired = rows.filter(({ expires_at: at }) => at !== null && dateOf(at) <= today);
    const ending = rows.filter(({ expires_at: at }) => at !== null && dateOf(at) > today && dateOf(at) <= addDays(today, WARNING_DAYS));
    if (expired.length > 0) throw new HubError('configuration', 'secrets_expired', `${named(expired)} ${expired.length === 1 ? 'has' : 'have'} expired.`, { nextStep: 'Get new ones from the platform and store them with hub secrets set.' });
    const advice = [
      ...(old.length > 0 ? [`${named(old)}: still under an old key; run hub secrets rotate, then take that key out of HUB_SECRETS_KEY`] : []),
      ...(ending.length > 0 ? [`${named(ending)}: expires within ${WARNING_DAYS} days; get a new one from the platform`] : []),
    ].join('; ');
    return { found: `${rows.length} stored, key ${ring.first.id}`, ...(advice === '' ? {} : { advice }) };
  },
};

/** Whatever else went wrong is not the secret's fault. */
function refusedName(error: unknown, name: string): string {
  if (error instanceof HubError && error.kind === 'refused') return name;
  throw error;
}
