import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';

import { commands } from '../../src/commands/index.ts';
import type { Command } from '../../src/cli/command.ts';
import { someAtOnce } from '../../src/core/async/some-at-once.ts';
import { jobCommands } from '../../src/engine/declare/job-commands.ts';
import { describeEachDatabase, filledTables } from '../support/databases/databases.ts';
import { workspace, type Environment, type HubResult } from '../support/program/hub.ts';
import { csv, hexId, testLake } from '../support/lakes/lake.ts';

/** A wrong use: the command line, what the message says, what it says to do; the environment and the exit code if not 2. */
type WrongUse = readonly [line: string, message: RegExp, next: RegExp, environment?: Environment, code?: number];

const HELP = /--help/;
const WITHOUT_KEY = { HUB_ID_KEY: '' };

/** What no database is asked about, or any would answer alike. */
const anywhere: readonly WrongUse[] = [
  // Commands and their options.
  ['inport-billing', /unknown command 'inport-billing' \(Did you mean import-billing\?\)/, HELP],
  ['quarantine lst', /unknown command 'lst' \(Did you mean list\?\)/, HELP],
  ['runs', /No command is given/, HELP],
  ['enrich --as-off 2026-03-31', /unknown option '--as-off' \(Did you mean --as-of\?\)/, HELP],
  ['reconcile --from 2026-03-01', /unknown option '--from'/, HELP],
  ['enrich --from', /'--from <date>' argument missing/, HELP],
  ['doctor now', /too many arguments for 'doctor'/, HELP],
  ['audit invoice', /missing required argument 'id'/, HELP],
  ['relays enqueue --file x', /required option '--destination <id>' not specified/, HELP],
  ['enrich --output xml', /Allowed choices are text, json/, HELP],
  ['enrich --output csv', /Allowed choices are text, json/, HELP],
  ['enrich --log-level loud', /Allowed choices are error, warn, info, debug/, HELP],
  ['quarantine list --code invalid', /Allowed choices are ambiguous_shift, invalid_value/, HELP],
  ['runs list --command import-biling', /Did you mean import-billing\? Use one of: /, HELP],
  ['resend-relays --status open', /Allowed choices are pending, retrying, dead/, HELP],
  ['purge --only audit_logs', /Allowed choices are .*audit_log/, HELP],
  // Empty values.
  ['quarantine discard ""', /^<id> is empty/, /variable of the shell/],
  ['reconcile --html ""', /^--html is empty/, /variable of the shell/],
  ['build-audiences --output-dir ""', /^--output-dir is empty/, /variable of the shell/],
  ['enrich --brand ,', /names nothing/, HELP],
  // Names.
  ['enrich --brand alpinna', /no brand "alpinna"/, /Did you mean alpina\? Use one of: alpina, belmont, corvina/],
  ['import-billing --entity invoces', /no entity "invoces" for this command/, /Did you mean invoice\?/],
  ['import-billing --entity open', /no entity "open" for this command/, /Use one of: account/],
  ['build-audiences --platform gogle', /no platform "gogle"/, /Did you mean google\?/],
  ['reconcile --list unsubscribe', /no reason "unsubscribe"/, /Did you mean unsubscribed\?/],
  ['explain charge_categry x', /no fact "charge_categry"/, /Did you mean charge_category\?/],
  ['explain charge_category x --when price=1', /does not depend on "price"/, /It depends on: .*amount/],
  ['explain --when amount=1', /--when needs a fact/, /hub explain <fact>/],
  ['relays enable crn', /no destination "crn"/, /Did you mean crm\?/],
  ['relays test --destination crn', /no destination "crn"/, /Did you mean crm\?/],
  // Dates, times, numbers, parts.
  ['enrich --as-of 31.03.2026', /"31.03.2026" is no date for --as-of/, /YYYY-MM-DD/],
  ['enrich --from 2026-02-30', /"2026-02-30" is no date for --from/, /YYYY-MM-DD/],
  ['import-billing --from 2026-03-02 --to 2026-03-01', /range is empty/, /--from 2026-03-01 --to 2026-03-02/],
  ['assemble-orders --from 2026-03-02 --to 2026-03-02', /range is empty/, /--from 2026-03-01 --to 2026-03-02/],
  ['enrich --max-wait 30m', /--max-wait has no effect without --after/, /Add --after/],
  ['enrich --after import-billing --max-wait 30', /"30" is no duration/, /30m/],
  ['enrich --after import-billing --max-wait -5m', /"-5m" is no duration/, /30m/],
  ['enrich --after import-billing --max-wait 9999999y', /longer than a day/, /24h at most/],
  ['enrich --after import-biling', /no command "import-biling" to wait for/, /Did you mean import-billing\?/],
  ['enrich --after enrich', /cannot wait for itself/, /leave --after out/],
  ['import-billing --shard 3/2', /"3\/2" is no shard/, /--shard 2\/4/],
  ['import-billing --max-rejects 200%', /"200%" is no limit/, /a percentage such as 1%/],
  ['import-billing --max-scan-bytes 1GB', /"1GB" is no valid value of --max-scan-bytes/, /whole number/],
  ['runs list --limit 0', /"0" is no valid value of --limit/, /at least 1/],
  // What excludes each other, or needs more.
  ['enrich --account x --from 2026-03-01', /exclude each other/, /one of them/],
  ['build-audiences --from 2026-03-01', /no meaning here/, /--as-of DATE/],
  ['quarantine replay', /No rows are named/, /--all with filters/],
  ['quarantine discard 49c1 --all', /--all and ids exclude each other/, /without ids/],
  ['quarantine replay 49c1 49c2 --set Amount=1', /one row at a time/, /exactly one id/],
  ['quarantine replay 49c1 --set Amount', /"Amount" is no column=value/, /Amount=49.90/],
  ['forget', /either an address or --hash/, /hub forget person@mail.example/],
  ['forget a@mail.example --hash aa', /either an address or --hash/, /hub forget person@mail.example/],
  ['forget nobody', /no e-mail address/, /--hash/],
  ['forget --hash aa', /no SHA-256/, /64 hex digits/],
  ['suppressions remove', /either addresses or hashes, or --file/, /hub suppressions remove/],
  ['suppressions import --file x --reason "a b"', /"a b" is no reason/, /letters, digits and _/],
  ['migrate down', /deletes its tables/, /--yes/],
  // Configuration and environment.
  ['runs list --config nowhere.yaml', /nowhere.yaml cannot be read/, /existing file with --config/],
  ['runs list --config misspelt.yaml', /misspelt.yaml:4: "retentoin" is no key that belongs here. Did you mean retention\?/, /Correct the line/],
  ['runs list --config brand.yaml', /brand.yaml:1: "brand" is no key that belongs here. Did you mean brands\?/, /Correct the line/],
  ['build-metrics --config horizon.yaml', /horizon.yaml:5: "metrics.horizon_months" must be a whole number of months from 1 to 120/, /Correct the line/],
  ['build-metrics --config horizon-key.yaml', /horizon-key.yaml:5: "metrics.horizon_month" is no key that belongs here. Did you mean horizon_months\?/, /Correct the line/],
  ['runs list', /no variable HUB_AS_OFF/, /Did you mean HUB_AS_OF\?/, { HUB_AS_OFF: '1' }],
  ['runs list', /HUB_ALL has no effect/, /Remove HUB_ALL/, { HUB_ALL: '1' }],
  ['enrich', /HUB_DRY_RUN must be true or false/, /HUB_DRY_RUN=true/, { HUB_DRY_RUN: 'perhaps' }],
  ['runs list', /'xml' from env 'HUB_OUTPUT' is invalid/, HELP, { HUB_OUTPUT: 'xml' }],
  ['runs list', /no failpoint "nowhere"/, /remove it/, { HUB_FAILPOINT: 'nowhere' }],
  ['runs list', /HUB_INSTANCE is no name/, /letters, digits/, { HUB_INSTANCE: 'eu prod' }],
  ['runs list', /HUB_PUSHGATEWAY_URL is no address/, /whole address/, { HUB_PUSHGATEWAY_URL: 'http://user:100%@gateway' }],
  ['runs list', /"postgres:" is no database/, /mysql:\/\/user:password/, { HUB_DATABASE_URL: 'postgres://u:s3cr3t@host/hub' }],
  ['runs list', /its password holds a % that begins no character/, /mysql:\/\/user:password/, { HUB_DATABASE_URL: 'mysql://u:s3cr3t%@127.0.0.1/hub' }],
  ['runs list', /unknown parameter "sslmode"/, /Did you mean ssl-mode\?/, { HUB_DATABASE_URL: 'mysql://u:s3cr3t@host/hub?sslmode=on' }],
  ['runs list', /embedded database cannot be used/, /Check the path/, { HUB_DATABASE_URL: 'sqlite:hub.config.yaml' }],
  ['runs list', /did not answer/, /hub doctor/, { HUB_DATABASE_URL: 'mysql://u:s3cr3t@127.0.0.1:1/hub' }, 6],
];

/** What depends on the database, which must be left as it is. */
const stored: readonly WrongUse[] = [
  ['import-billing --from 2999-01-01', /--from 2999-01-01 lies in the future/, /has come/],
  ['resend-relays --from 2099-01-01 --to 2100-01-01', /--from 2099-01-01 lies in the future/, /has come/],
  ['assemble-orders --from 2999-01-01', /more than 5 years ahead/, /Give a date up to/],
  ['enrich --as-of 2999-01-01', /later than today/, /--dry-run/],
  ['enrich --as-of 2999-01-01 --dry-run', /more than 5 years ahead/, /Give a date up to/],
  ['reconcile --as-of 2999-01-01', /later than today/, /--dry-run/],
  ['build-audiences --as-of 2999-01-01', /later than today/, /--dry-run/],
  ['suppressions import --file x --date 2999-01-01', /--date 2999-01-01 lies in the future/, /has come/],
  ['import-billing', /no lake at/, /HUB_LAKE_URL/, { HUB_LAKE_URL: 'file:nowhere' }],
  ['import-billing', /no lake that hub knows/, /athena:/, { HUB_LAKE_URL: 's3://bucket' }],
  ['assemble-orders', /HUB_ID_KEY has 5 characters/, /openssl rand/, { HUB_ID_KEY: 'short' }],
  ['runs show é', /no run "é"/, /hub runs list/],
  ['runs show %', /no run "%"/, /hub runs list/],
  ['runs trends é', /é has no finished run/, /hub runs list/],
  ['quarantine show zz', /no rejected row "zz"/, /hub quarantine list/],
  ['quarantine replay zzzz', /no open rejected row "zzzz"/, /hub quarantine list/],
  ['relays show _', /no relay "_"/, /hub relays list/],
  ['relays list --destination crn', /no destination "crn"/, /Did you mean crm\?/],
  ['resend-relays --id rel_é', /no relay "rel_é"/, /hub relays list/],
  ['relays enqueue --destination affiliate-postback --file x --kind lead.created', /does not take lead.created/, /It takes: conversion/],
  ['relays enqueue --destination partner-leads --file nowhere.ndjson', /nowhere.ndjson cannot be read/, /existing file/],
  ['suppressions import --file nowhere.csv', /nowhere.csv cannot be read/, /existing file/],
  ['audit invoce x', /no entity "invoce"/, /Did you mean invoice\?/],
  ['audit invoice é', /no invoice with the id "é"/, /hub quarantine list/],
  ['audit order nowhere', /no order with the id "nowhere"/, /hub quarantine list/],
  ['show order é', /no order "é"/, /Check the id/],
  ['show account nobody', /no account "nobody"/, /Check the id/],
  ['enrich --account é', /None of these accounts exists/, /Id, not AccountNumber/],
  ['build-audiences --audience high_valu', /no audience "high_valu"/, /Did you mean high_value\?/],
];

const titleOf = ([line, , , environment]: WrongUse): string => `hub ${line}${environment === undefined ? '' : ` with ${Object.keys(environment).join(', ')}`}`;

/** Several processes at once: their starts are most of the time. */
async function runAll(uses: readonly WrongUse[], shared: Environment): Promise<Map<WrongUse, HubResult>> {
  const place = workspace(shared);
  writeFileSync(join(place.folder, 'brand.yaml'), 'brand:\n  - id: alpina\n    name: Alpina\n');
  writeFileSync(join(place.folder, 'misspelt.yaml'), 'brands:\n  - id: alpina\n    name: Alpina\nretentoin: {}\n');
  writeFileSync(join(place.folder, 'horizon.yaml'), 'brands:\n  - id: alpina\n    name: Alpina\nmetrics:\n  horizon_months: 121\n');
  writeFileSync(join(place.folder, 'horizon-key.yaml'), 'brands:\n  - id: alpina\n    name: Alpina\nmetrics:\n  horizon_month: 12\n');
  const results = new Map<WrongUse, HubResult>();
  const run = (use: WrongUse) => async (): Promise<void> => {
    results.set(use, await place.hub(wordsOf(use[0]), use[3]));
  };
  await someAtOnce(uses.map(run), 4, new AbortController().signal);
  return results;
}

/** The words of a line; quotes hold one together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

/** One line of the log: what is wrong, with its code, and what to do; nothing on stdout, and no secret. */
function expectTold(result: HubResult | undefined, [, message, next, , code = 2]: WrongUse): void {
  expect(result).toMatchObject({ code, stdout: '' });
  const errors = result?.log().filter(({ level }) => level === 'error');
  expect(errors).toEqual([expect.objectContaining({ code: expect.any(String), message: expect.stringMatching(message), next: expect.stringMatching(next) })]);
  expect(result?.stderr).not.toMatch(/s3cr3t|\n\s+at /);
}

describe('a wrong use', () => {
  let results = new Map<WrongUse, HubResult>();
  beforeAll(async () => {
    results = await runAll(anywhere, { HUB_LAKE_URL: `file:${testLake().root}` });
  }, 180_000);

  test.each(anywhere.map((use) => [titleOf(use), use] as const))('is told what is wrong and what to do: %s', (_title, use) => expectTold(results.get(use), use));
});

describeEachDatabase('a wrong use of what is stored', (suite) => {
  let results = new Map<WrongUse, HubResult>();
  let filled: string[] = [];
  beforeAll(async () => {
    const lake = testLake();
    const rows = Array.from({ length: 20 }, (_, index) => ({ Id: hexId(index + 1), AccountNumber: `A${index}`, Currency: index === 0 ? 'EUR' : 'Euro' }));
    lake.write('account', '20260301T050000Z', csv(rows));
    const shared = { HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}`, HUB_ID_KEY: 'k'.repeat(32) };
    expect((await workspace(shared).hub(['import-billing', '--max-rejects', '100%'])).code).toBe(0);
    filled = await filledTables(suite.database);
    results = await runAll(stored, shared);
  }, 180_000);

  test.each(stored.map((use) => [titleOf(use), use] as const))('is told what is wrong and what to do: %s', (_title, use) => expectTold(results.get(use), use));

  test('leaves everything as it was', async () => {
    expect(await filledTables(suite.database)).toEqual(filled);
    expect(await suite.database.knex('rejected_rows').where({ status: 'open' }).pluck('code')).toHaveLength(19);
  });

  test('never closes several rows by the beginning of an id that they share', async () => {
    const digits = (await suite.database.knex('rejected_rows').pluck<string[]>('rejected_id')).map((id) => id.slice(0, 1));
    const shared = digits.find((digit, index) => digits.indexOf(digit) !== index) ?? '';
    const result = await workspace({ HUB_DATABASE_URL: suite.url }).hub(['quarantine', 'discard', shared]);
    expect(result.code).toBe(2);
    expect(result.log()[0]?.message).toMatch(new RegExp(`^\\d+ open rejected rows begin with "${shared}"`));
  });
});

describeEachDatabase('a key that is missing', (suite) => {
  test('is asked for, where the database is not an embedded one', async () => {
    const result = await workspace({ HUB_DATABASE_URL: suite.url, ...WITHOUT_KEY }).hub(['assemble-orders', '--dry-run']);
    expect(result.code).toBe(suite.dialect === 'sqlite' ? 0 : 2);
    expect(result.log().map(({ code }) => code)).toEqual(suite.dialect === 'sqlite' ? expect.any(Array) : ['id_key_missing']);
  });
});

test('the commands whose runs are recorded are those with a dry run, discarding, and what changes keys, secrets or the state of sources', () => {
  const named = (list: readonly Command[], before: readonly string[] = []): string[] =>
    list.flatMap((command) => [
      ...(command.options?.some(({ long }) => long === '--dry-run') === true ? [[...before, command.name].join('-')] : []),
      ...named(command.commands ?? [], [...before, command.name]),
    ]);
  expect([...jobCommands].sort()).toEqual([...named(commands), 'keys-create', 'keys-revoke', 'quarantine-discard', 'secrets-remove', 'secrets-rotate', 'secrets-set', 'sources-state'].sort());
});
