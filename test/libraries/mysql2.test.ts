import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import mysql from 'mysql2/promise';

import { describeMysql } from '../support/databases/databases.ts';

describeMysql('mysql2', (suite) => {
  test('stores what was sent before the stream of LOAD DATA LOCAL failed, the last value cut, though the call is rejected', async () => {
    const connection = await mysql.createConnection(suite.url);
    try {
      await connection.query('create temporary table amounts (id int, amount varchar(20))');
      const failing = Readable.from(linesThenError());
      const loading = connection.query({
        sql: "load data local infile 'amounts' into table amounts fields terminated by ','",
        infileStreamFactory: () => failing,
      });
      await expect(loading).rejects.toThrow('the file broke off');
      const [rows] = await connection.query('select id, amount from amounts order by id');
      expect(rows).toEqual([
        { id: 1, amount: '10.00' },
        { id: 2, amount: '99' },
      ]);
    } finally {
      connection.destroy();
    }
  });
});

function* linesThenError(): Generator<Buffer> {
  yield Buffer.from('1,10.00\n2,99');
  throw new Error('the file broke off');
}
