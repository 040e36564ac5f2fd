import { HubError } from '../../core/errors.ts';

/** Where the queries run and where their results go. */
export interface AthenaLocation {
  readonly catalog: string;
  readonly database: string;
  readonly workgroup: string;
  /** `s3://bucket/prefix`; undefined: the workgroup's own result location. */
  readonly output?: string;
  /** Undefined: the region of the AWS environment. */
  readonly region?: string;
  /** Stands in for both Athena and S3 (then with path-style addresses). */
  readonly endpoint?: string;
}

const FORM = 'athena://<catalog>/<database>?workgroup=W&output=s3://bucket/prefix&region=R';

/** What each part must look like, and how to say so. */
const parts = {
  catalog: { pattern: /^[\w@-]{1,256}$/, expected: 'letters, digits, _ @ or -, such as AwsDataCatalog' },
  database: { pattern: /^[a-z0-9_]{1,255}$/, expected: 'lower-case letters, digits or _' },
  workgroup: { pattern: /^[\w.-]{1,128}$/, expected: 'letters, digits, _ . or -' },
  output: { pattern: /^s3:\/\/[a-z0-9][a-z0-9.-]+[a-z0-9](\/.*)?$/, expected: 's3://bucket/prefix' },
  region: { pattern: /^[a-z]{2}(-[a-z]+)+-\d$/, expected: 'a region such as eu-central-1' },
  endpoint: { pattern: /^https?:\/\/[^/?#@]+\/?$/, expected: 'http://host:port or https://host:port' },
} as const;

type Part = keyof typeof parts;

/**
 * Parses `athena://<catalog>/<database>?workgroup=W&output=s3://bucket/prefix&region=R[&endpoint=URL]`.
 * The workgroup defaults to `primary`; output and region to what the workgroup and the AWS environment say.
 *
 * @throws HubError `configuration` that names the part at fault and what is expected.
 */
export function parseAthenaLocation(text: string): AthenaLocation {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'athena:') throw badLocation('URL', FORM);
  if (url.username !== '' || url.password !== '') {
    throw badLocation('URL', 'no user or password: credentials come from the AWS environment');
  }
  for (const name of url.searchParams.keys()) {
    if (!['workgroup', 'output', 'region', 'endpoint'].includes(name)) {
      throw badLocation(`option "${name}"`, 'only workgroup, output, region and endpoint');
    }
  }
  return {
    catalog: checked('catalog', url.hostname),
    database: checked('database', url.pathname.slice(1)),
    workgroup: checked('workgroup', url.searchParams.get('workgroup') ?? 'primary'),
    ...optional('output', url),
    ...optional('region', url),
    ...optional('endpoint', url),
  };
}

/** The location as reports may show it. */
export function displayLocation(location: AthenaLocation): string {
  return `athena://${location.catalog}/${location.database}`;
}

function optional(part: Part, url: URL): Partial<Record<Part, string>> {
  const value = url.searchParams.get(part);
  return value === null ? {} : { [part]: checked(part, value) };
}

function checked(part: Part, value: string): string {
  if (!parts[part].pattern.test(value)) throw badLocation(part, parts[part].expected);
  return value;
}

// The value itself is not shown: whatever was pasted in the wrong place may be a secret.
function badLocation(part: string, expected: string): HubError {
  return new HubError('configuration', 'lake_location', `The lake location has a bad ${part}; expected: ${expected}.`, {
    nextStep: `Set HUB_LAKE_URL to ${FORM}.`,
  });
}
