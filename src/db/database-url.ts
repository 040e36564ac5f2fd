import { HubError } from '../core/errors.ts';

export type SslMode = 'DISABLED' | 'REQUIRED' | 'VERIFY_IDENTITY';

/** Where the data lives, parsed from HUB_DATABASE_URL. */
export type DatabaseLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
      readonly sslMode: SslMode;
      /** `local-infile=off` forbids LOAD DATA LOCAL on this connection; rows then go as multi-row statements. */
      readonly localInfile: boolean;
    };

const EXPECTED = 'Use sqlite:path/to/hub.db or mysql://user:password@host:3306/database.';

/**
 * Parses a database URL.
 * @throws HubError configuration, naming the part that is wrong; the URL itself, which may hold a password, is not shown
 */
export function parseDatabaseUrl(url: string): DatabaseLocation {
  if (url.startsWith('sqlite:')) {
    const file = url.slice('sqlite:'.length).replace(/^\/\/(?=[^/])/, '');
    if (file === '') throw invalid('it names no file');
    return { kind: 'sqlite', file };
  }
  const parsed = parseUrl(url);
  if (parsed.protocol !== 'mysql:' && parsed.protocol !== 'mariadb:') throw invalid(`"${parsed.protocol}" is no database`);
  const database = decodeURIComponent(parsed.pathname.slice(1));
  if (database === '') throw invalid('it names no database');
  return {
    kind: 'mysql',
    host: parsed.hostname || '127.0.0.1',
    port: parsed.port === '' ? 3306 : Number(parsed.port),
    user: decodeURIComponent(parsed.username) || 'root',
    password: decodeURIComponent(parsed.password),
    database,
    sslMode: sslMode(parsed.searchParams.get('ssl-mode')),
    localInfile: parsed.searchParams.get('local-infile') !== 'off',
  };
}

/** The location without user and password, for reports and messages. */
export function describeLocation(location: DatabaseLocation): string {
  return location.kind === 'sqlite'
    ? `sqlite:${location.file}`
    : `mysql://${location.host}:${location.port}/${location.database}`;
}

function parseUrl(url: string): URL {
  try {
    return new URL(url);
  } catch (cause) {
    throw invalid('it is no URL', cause);
  }
}

function sslMode(text: string | null): SslMode {
  const mode = (text ?? 'DISABLED').toUpperCase();
  if (mode === 'DISABLED' || mode === 'REQUIRED' || mode === 'VERIFY_IDENTITY') return mode;
  throw invalid('ssl-mode must be DISABLED, REQUIRED or VERIFY_IDENTITY');
}

function invalid(why: string, cause?: unknown): HubError {
  return new HubError('configuration', 'invalid_database_url', `HUB_DATABASE_URL cannot be used: ${why}.`, {
    nextStep: EXPECTED,
    cause,
  });
}
