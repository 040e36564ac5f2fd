import { HubError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { notDeclared, placedContent, type Fault, type Path } from '../../leads/forms/faults.ts';
import { github } from '../schemes/github.ts';
import { hmac } from '../schemes/hmac.ts';
import type { Scheme } from '../schemes/scheme.ts';
import { shopify } from '../schemes/shopify.ts';
import { standard } from '../schemes/standard.ts';
import { stripe } from '../schemes/stripe.ts';
import type { WebhookSource } from './source.ts';
import { rulesOf } from './rules.ts';
import { sourceSchema, webhooksFileSchema, type SourceSpec } from './schema.ts';

/** The text of webhooks.yaml with its name, as it stands in messages. */
export interface WebhooksFile {
  readonly file: string;
  readonly text: string;
}

/** What the file is judged by besides itself. */
export interface WebhooksSurroundings {
  readonly brands: readonly string[];
  /** A variable of the environment. */
  readonly variable: (name: string) => string | undefined;
}

/** webhooks.yaml, compiled. With problems nothing may be taken or done by it. */
export interface Webhooks {
  readonly file: string;
  /** Changes with the text of the file. */
  readonly version: string;
  readonly sources: readonly WebhookSource[];
  /** By line. */
  readonly problems: readonly Fault[];
}

const SCHEMES = { standard, stripe, shopify, github } as const;
const VERSION_LENGTH = 16;

/** Compiles webhooks.yaml and finds everything that is wrong with it at once, secrets that cannot be used among it. */
export function compileWebhooks({ file, text }: WebhooksFile, { brands, variable }: WebhooksSurroundings): Webhooks {
  const yaml = placedContent(text);
  const problems: Fault[] = [...yaml.syntax];
  const add = (path: Path, message: string): void => void problems.push(yaml.faultAt(path, message));
  const checked = yaml.syntax.length > 0 ? undefined : webhooksFileSchema.safeParse(yaml.content ?? {});
  if (checked?.success === false) problems.push(...yaml.faultsOf(checked.error, []));
  const sources: WebhookSource[] = [];
  for (const [place, value] of (checked?.data?.sources ?? []).entries()) {
    const path = ['sources', place];
    const parsed = sourceSchema.safeParse(value);
    if (!parsed.success) {
      problems.push(...yaml.faultsOf(parsed.error, path));
      continue;
    }
    const spec = parsed.data;
    if (sources.some(({ id }) => id === spec.id)) add(path, `stands twice: ${spec.id}`);
    if (!brands.includes(spec.brand)) add([...path, 'brand'], notDeclared(spec.brand, brands, 'in hub.config.yaml'));
    sources.push(sourceOf(spec, variable, (index, message) => add([...path, 'secrets', index], message)));
  }
  return { file, version: sha256Hex(text).slice(0, VERSION_LENGTH), sources, problems: problems.toSorted((one, other) => one.line - other.line) };
}

/**
 * The same, if nothing is wrong with it.
 * @throws HubError configuration (webhooks_invalid), naming file, line and key of every fault
 */
export function requireSoundWebhooks(webhooks: Webhooks): Webhooks {
  const { file, problems } = webhooks;
  if (problems.length === 0) return webhooks;
  throw new HubError('configuration', 'webhooks_invalid', `The sources of webhooks cannot be used:\n${problems.map(({ line, key, message }) => `${file}:${line}: ${key === '' ? '' : `"${key}" `}${message}`).join('\n')}`, {
    context: { file, problems: problems.length },
    nextStep: 'Correct these lines; the comment at the top of config/webhooks.yaml shows every key.',
  });
}

/**
 * The same, if every source that is not retired has its secret: what takes webhooks needs them, what imports them does not.
 * @throws HubError configuration (webhook_secret_missing), naming the variables
 */
export function requireSecrets(webhooks: Webhooks): Webhooks {
  const missing = webhooks.sources.flatMap(({ id, isRetired, unset }) => (isRetired ? [] : unset.map((name) => `${name} (${id})`)));
  if (missing.length === 0) return webhooks;
  throw new HubError('configuration', 'webhook_secret_missing', `Sources of webhooks have no secret: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set.`, {
    nextStep: 'Set the variable to the secret that the sender shows, or say retired: true at the source.',
  });
}

/** Further secrets may be empty: the place of the one of before, while secrets are changed. */
function sourceOf(spec: SourceSpec, variable: WebhooksSurroundings['variable'], fault: (index: number, message: string) => void): WebhookSource {
  const scheme = schemeOf(spec);
  const names = spec.secrets.map((text) => text.slice(2, -1));
  const secrets = names.map((name) => variable(name) ?? '');
  for (const [index, secret] of secrets.entries()) {
    const problem = secret === '' ? undefined : scheme.problemOf(secret);
    if (problem !== undefined) fault(index, `names ${names[index] ?? ''}, whose value ${problem}`);
  }
  return {
    ...{ id: spec.id, brand: spec.brand, scheme, schemeName: spec.scheme, tolerance: spec.tolerance, isRetired: spec.retired },
    keys: secrets.flatMap((secret) => (secret === '' ? [] : [scheme.keyOf(secret)])),
    unset: secrets[0] === '' ? names.slice(0, 1) : [],
    rules: rulesOf(spec.actions),
  };
}

function schemeOf(spec: SourceSpec): Scheme {
  if (spec.scheme !== 'hmac') return SCHEMES[spec.scheme];
  const { header, algorithm, encoding, prefix, signed } = spec;
  return hmac({
    ...{ header, algorithm, encoding, prefix, signed, timestampHeader: spec.timestamp_header, timestampUnit: spec.timestamp_unit },
    ...{ idHeader: spec.id_header, idPointer: spec.id_pointer, typePointer: spec.type_pointer },
  });
}
