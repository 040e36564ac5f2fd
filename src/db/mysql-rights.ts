import { HubError } from '../core/errors.ts';

/** Errors of a right that is missing: of a table, its columns, the server as a whole, a routine. */
const DENIED = new Set([1142, 1143, 1227, 1370]);

/** What a server calls a right in its message, where GRANT has another word. */
const GRANTED_AS: Readonly<Record<string, string>> = { 'SELECT WITH LOCKING CLAUSE': 'UPDATE', ANY: 'ALL PRIVILEGES' };

/**
 * Reads an error about a missing right.
 * @param database the name of the database
 * @param account the user as current_user() gives it, `hub@%`; without it the statement names the host that the server sees,
 *   for which there need be no account
 * @returns a configuration error with the GRANT statement that an administrator has to run; undefined for other errors
 */
export function missingRight(errno: number, message: string, database: string, context: Record<string, string>, account?: string): HubError | undefined {
  if (errno === 1044) {
    return refused(`The user has no right to use the database ${database}, or there is no such database.`, 'ALL PRIVILEGES', database, grantee(message, account), context);
  }
  if (!DENIED.has(errno)) return undefined;
  const global = /need \(at least one of\) the (.+?) privilege/.exec(message)?.[1];
  if (global !== undefined) {
    const right = global.split(/, | or /)[0] ?? global;
    return refused(`The database user lacks the right ${global}.`, right, undefined, grantee(message, account), context);
  }
  const right = (/^([\w, ]+?) command denied/i.exec(message)?.[1] ?? 'ALL PRIVILEGES').toUpperCase();
  const place = /for (?:table|column|routine) (\S+)/.exec(message)?.[1]?.replaceAll(/[`']/g, '');
  const where = place === undefined ? '' : ` on ${place}`;
  return refused(`The database user has no right to ${right}${where}.`, GRANTED_AS[right] ?? right, database, grantee(message, account), context);
}

/** @param database undefined: the right is one of the whole server */
function refused(text: string, right: string, database: string | undefined, account: string, context: Record<string, string>): HubError {
  const scope = database === undefined ? '*.*' : `\`${database.replaceAll('`', '``')}\`.*`;
  return new HubError('configuration', 'database_right_missing', text, {
    context,
    nextStep: `Let an administrator run: GRANT ${right} ON ${scope} TO ${account}; (hub needs ALL PRIVILEGES on its own database.)`,
  });
}

/** Whom the right is granted to, as GRANT wants it. A user may hold an @, a host does not. */
function grantee(message: string, account: string | undefined): string {
  const at = account?.lastIndexOf('@') ?? -1;
  if (account !== undefined && at !== -1) return `${quoted(account.slice(0, at))}@${quoted(account.slice(at + 1))}`;
  return /'[^']*'@'[^']*'/.exec(message)?.[0] ?? 'the user of HUB_DATABASE_URL';
}

function quoted(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}
