import { HubError } from '../core/errors.ts';
import { didYouMean } from '../core/text/nearest.ts';
import { decodedUrlText } from '../core/text/url-text.ts';

const SSL_MODES = ['DISABLED', 'REQUIRED', 'VERIFY_CA', 'VERIFY_IDENTITY'] as const;

/** As the clients of MySQL name them: none, encrypted, and also with a certificate of a known authority, for this host. */
export type SslMode = (typeof SSL_MODES)[number];

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
      /** File with the certificates of the authorities to trust (`ssl-ca`); undefined: those that Node knows. */
      readonly sslCa: string | undefined;
      /** Files with the certificate and the key by which hub shows who it is (`ssl-cert`, `ssl-key`). */
      readonly sslCert: string | undefined;
      readonly sslKey: string | undefined;
      /** `local-infile=off` forbids LOAD DATA LOCAL on this connection; rows then go as multi-row statements. */
      readonly localInfile: boolean;
    };

const PARAMETERS = ['ssl-mode', 'ssl-ca', 'ssl-cert', 'ssl-key', 'local-infile'] as const;
type Parameter = (typeof PARAMETERS)[number];

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
  const database = decoded('database name', parsed.pathname.slice(1));
  if (database === '') throw invalid('it names no database');
  const parameters = parametersOf(parsed.searchParams);
  return {
    kind: 'mysql',
    host: parsed.hostname || '127.0.0.1',
    port: parsed.port === '' ? 3306 : Number(parsed.port),
    user: decoded('user', parsed.username) || 'root',
    password: decoded('password', parsed.password),
    database,
    ...encryption(parameters),
    localInfile: oneOf('local-infile', (parameters.get('local-infile') ?? 'on').toLowerCase(), ['on', 'off']) === 'on',
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

function decoded(part: string, text: string): string {
  const plain = decodedUrlText(text);
  if (plain === undefined) throw invalid(`its ${part} holds a % that begins no character; a % itself is written %25`);
  return plain;
}

/** A parameter that hub does not know is an error: a misspelt `ssl-mode` would connect in plain text. */
function parametersOf(given: URLSearchParams): ReadonlyMap<Parameter, string> {
  const found = new Map<Parameter, string>();
  for (const [name, value] of given) {
    const known = PARAMETERS.find((parameter) => parameter === name);
    if (known === undefined) throw invalid(`it has an unknown parameter "${name}"`, undefined, didYouMean(name, PARAMETERS));
    if (found.has(known)) throw invalid(`it has the parameter "${name}" twice`);
    found.set(known, value);
  }
  return found;
}

function encryption(parameters: ReadonlyMap<Parameter, string>): Pick<Extract<DatabaseLocation, { kind: 'mysql' }>, 'sslMode' | 'sslCa' | 'sslCert' | 'sslKey'> {
  const [sslCa, sslCert, sslKey] = (['ssl-ca', 'ssl-cert', 'ssl-key'] as const).map((name) => parameters.get(name));
  const sslMode = oneOf('ssl-mode', (parameters.get('ssl-mode') ?? 'DISABLED').toUpperCase(), SSL_MODES);
  if (sslCa !== undefined && !sslMode.startsWith('VERIFY_')) throw invalid('ssl-ca is of use only with ssl-mode=VERIFY_CA or VERIFY_IDENTITY');
  if ((sslCert === undefined) !== (sslKey === undefined)) throw invalid('ssl-cert and ssl-key belong together');
  if (sslCert !== undefined && sslMode === 'DISABLED') throw invalid('ssl-cert is of use only with an ssl-mode that encrypts');
  return { sslMode, sslCa, sslCert, sslKey };
}

function oneOf<T extends string>(name: Parameter, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw invalid(`${name} must be one of ${allowed.join(', ')}`);
}

function invalid(why: string, cause?: unknown, suggestion = ''): HubError {
  return new HubError('configuration', 'invalid_database_url', `HUB_DATABASE_URL cannot be used: ${why}.`, {
    nextStep: `${suggestion}${EXPECTED}`,
    cause,
  });
}
