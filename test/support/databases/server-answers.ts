import { createConnection } from 'mysql2/promise';

/** True if a server takes a connection at the URL. */
export async function answers(url: string): Promise<boolean> {
  try {
    const connection = await createConnection({ uri: url, connectTimeout: 2_000 });
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

/** Runs statements on the server, outside any database; gives the rows of the last one. */
export async function onServer<Row>(url: string, ...statements: readonly string[]): Promise<Row[]> {
  const connection = await createConnection({ uri: url });
  try {
    let rows: unknown = [];
    for (const statement of statements) [rows] = await connection.query(statement);
    return rows as Row[];
  } finally {
    await connection.end();
  }
}
