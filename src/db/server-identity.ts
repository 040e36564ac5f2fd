import type { Database } from './database.ts';

/** Which server a connection reaches. */
export interface ServerIdentity {
  /** `db-1:3306`, as the server calls itself. */
  readonly name: string;
  /** Tells it from a server of the same name: its id, and its unique id where it has one. */
  readonly key: string;
  /** The Galera cluster that it is a node of, if it is one. */
  readonly cluster: string | undefined;
}

const VARIABLES = ['hostname', 'port', 'server_id', 'server_uuid', 'server_uid', 'wsrep_on', 'wsrep_cluster_name'];
/** Fewer than the pool has, more than servers stand behind a balancer as a rule. */
const CONNECTIONS = 5;

/**
 * The servers that connections of the pool reach, each once, sorted by name: opens several at the same time, and asks
 * each within a transaction and outside, as a splitter of reads and writes sends these to different servers. An
 * embedded database is one.
 */
export async function serversReached(database: Database): Promise<ServerIdentity[]> {
  if (!database.dialect.concurrentWriters) return [{ name: database.location, key: database.location, cluster: undefined }];
  const found: ServerIdentity[] = [];
  let held = 0;
  let release: () => void = () => undefined;
  const allHeld = new Promise<void>((resolve) => (release = resolve));
  const hold = (): Promise<void> =>
    database.snapshot(async (tx) => {
      found.push(await identityOf(tx));
      if (++held >= CONNECTIONS) release();
      // A connection that is held cannot be handed out a second time.
      await allHeld;
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, hold)).finally(release);
  for (let index = 0; index < CONNECTIONS; index++) found.push(await database.read(identityOf));
  const distinct = new Map(found.map((identity) => [identity.key, identity]));
  return [...distinct.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
}

async function identityOf(knex: Database['knex']): Promise<ServerIdentity> {
  const [rows] = (await knex.raw(`show variables where variable_name in (${VARIABLES.map(() => '?').join(',')})`, VARIABLES)) as [{ Variable_name: string; Value: string }[]];
  const values = new Map(rows.map((row) => [row.Variable_name.toLowerCase(), row.Value]));
  const name = `${values.get('hostname') ?? 'unknown'}:${values.get('port') ?? ''}`;
  const key = [name, values.get('server_id'), values.get('server_uuid') ?? values.get('server_uid')].join(' ');
  return { name, key, cluster: values.get('wsrep_on') === 'ON' ? values.get('wsrep_cluster_name') : undefined };
}
