import { describe, expect, test } from '@jest/globals';

import { missingRight } from '../../src/db/mysql-rights.ts';
import { openDatabase } from '../../src/db/database.ts';
import { atEndOfFile } from '../support/suite/cleanup.ts';
import { describeMysql } from '../support/databases/databases.ts';
import { workspace } from '../support/program/hub.ts';
import { testLake } from '../support/lakes/lake.ts';
import { testRun } from '../support/suite/run.ts';
import { onServer } from '../support/databases/server-answers.ts';

describe('missingRight', () => {
  test.each([
    [1044, "Access denied for user 'lim'@'%' to database 'hub'", "GRANT ALL PRIVILEGES ON `hub`.* TO 'lim'@'%';"],
    [1142, "CREATE command denied to user 'lim'@'localhost' for table `hub`.`t`", "GRANT CREATE ON `hub`.* TO 'lim'@'localhost';"],
    [1142, "INSERT, UPDATE command denied to user 'lim'@'localhost' for table 't'", "GRANT INSERT, UPDATE ON `hub`.* TO 'lim'@'localhost';"],
    [1142, "DROP command denied to user 'lim'@'10.1.%' for table 't'", "GRANT DROP ON `hub`.* TO 'lim'@'10.1.%';"],
    [1142, "SELECT with locking clause command denied to user 'lim'@'localhost' for table 't'", "GRANT UPDATE ON `hub`.* TO 'lim'@'localhost';"],
    [1143, "UPDATE command denied to user 'lim'@'localhost' for column 'v' in table 't'", "GRANT UPDATE ON `hub`.* TO 'lim'@'localhost';"],
    [1227, 'Access denied; you need (at least one of) the SUPER or SYSTEM_VARIABLES_ADMIN privilege(s) for this operation', 'GRANT SUPER ON *.* TO the user of HUB_DATABASE_URL;'],
    [1227, 'Access denied; you need (at least one of) the BINLOG ADMIN privilege(s) for this operation', 'GRANT BINLOG ADMIN ON *.* TO the user of HUB_DATABASE_URL;'],
    [1370, "execute command denied to user 'lim'@'%' for routine 'hub.f'", "GRANT EXECUTE ON `hub`.* TO 'lim'@'%';"],
  ])('%d "%s" needs %s', (errno, message, grant) => {
    expect(missingRight(errno, message, 'hub', {})).toMatchObject({ kind: 'configuration', code: 'database_right_missing', nextStep: expect.stringContaining(grant) });
  });

  test('names the account that the server took the user for, not the host that it came from', () => {
    const denied = "CREATE command denied to user 'lim'@'10.1.2.3' for table `hub`.`t`";
    expect(missingRight(1142, denied, 'hub', {}, 'lim@%')?.nextStep).toContain("GRANT CREATE ON `hub`.* TO 'lim'@'%';");
    expect(missingRight(1142, denied, 'hub', {}, "o'l@home@10.1.%")?.nextStep).toContain("TO 'o''l@home'@'10.1.%';");
  });

  test('is not for other errors', () => {
    expect(missingRight(1146, "Table 'hub.t' doesn't exist", 'hub', {})).toBeUndefined();
  });
});

describeMysql('a user without a right', (suite) => {
  test('ends with 2 and is told the statement that grants it, which then is enough', async () => {
    const { mysqlUrl = '', id } = testRun();
    const user = `hub_lim_${id.slice(-12)}`;
    const name = new URL(suite.url).pathname.slice(1);
    await onServer(mysqlUrl, `create user ${user} identified by 'pw'`, `grant select on ${name}.* to ${user}`);
    atEndOfFile(async () => {
      await onServer(mysqlUrl, `drop user ${user}`);
    });
    const url = new URL(suite.url);
    url.username = user;
    url.password = 'pw';
    const place = workspace({ HUB_DATABASE_URL: url.href, HUB_LAKE_URL: `file:${testLake().root}`, HUB_ID_KEY: 'k'.repeat(32) });
    const refused = await place.hub(['import-billing', '--brand', 'alpina']);
    expect(refused.code).toBe(2);
    expect(refused.log()[0]).toMatchObject({ code: 'database_right_missing', next: expect.stringMatching(/^Let an administrator run: GRANT (INSERT|INSERT, UPDATE) ON `/) });
    expect(refused.stderr).not.toContain('pw@');

    // On a connection of its own each, as the server looks at rights when one chooses its database.
    const insert = () => {
      const database = openDatabase(url.href);
      return database.write((tx) => tx('counters').insert({ name: 'x', value: 1 })).finally(() => database.close());
    };
    const error: unknown = await insert().catch((thrown: unknown) => thrown);
    const grant = /run: (GRANT .+?);/.exec((error as { nextStep: string }).nextStep)?.[1] ?? '';
    await onServer(mysqlUrl, grant);
    await expect(insert()).resolves.toBeDefined();
    await suite.empty();
  });
});
