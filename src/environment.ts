import { HubError } from './core/errors.ts';
import { isServiceVariable } from './core/service-variables.ts';
import { serverVariables } from './serve/names.ts';

/** The variables of the environment; only this file reads them. */
export const processEnvironment: Readonly<Record<string, string | undefined>> = process.env;

/** The key where none is set, so that everything works from a fresh clone; known to everybody, so the ids of an embedded database are no secret. */
export const EMBEDDED_ID_KEY = 'embedded';

/** Whether the environment asks for colours and moving output; the terminal decides the rest. */
export function loggingEnvironment(environment = process.env): { readonly plain: boolean } {
  return { plain: environment['NO_COLOR'] !== undefined || environment['CI'] !== undefined };
}

/** The variables that the configuration itself reads, besides those that it names (destinations.yaml). */
export const configVariables = ['HUB_DATABASE_URL', 'HUB_LAKE_URL', 'HUB_SOURCES_URL', 'HUB_ID_KEY', 'HUB_SECRETS_KEY', 'HUB_KMS_ENDPOINT', 'HUB_METRICS_FILE', 'HUB_PUSHGATEWAY_URL', 'HUB_INSTANCE', 'HUB_FAILPOINT', ...serverVariables] as const;

/** The variables that are named as hub's own are. */
export function hubVariables(environment = processEnvironment): ReadonlyMap<string, string> {
  return new Map(Object.entries(environment).flatMap(([name, value]) => (name.startsWith('HUB_') && value !== undefined ? [[name, value] as const] : [])));
}

const YES = new Set(['1', 'true', 'yes', 'on']);
const NO = new Set(['0', 'false', 'no', 'off']);

/**
 * Gives the environment variables of options the meaning that people expect, before the command line is parsed: an
 * empty one is as if it were not set, and so is a flag that says no, and the address of a Service of Kubernetes.
 * @throws HubError usage if a flag says neither yes nor no
 */
export function applyOptionVariables(
  variables: Iterable<{ readonly name: string; readonly flag: boolean }>,
  environment: Record<string, string | undefined> = process.env,
): void {
  for (const { name, flag } of variables) {
    const value = environment[name]?.trim().toLowerCase();
    if (value === undefined) continue;
    if (value === '' || isServiceVariable(name, value) || (flag && NO.has(value))) Reflect.deleteProperty(environment, name);
    else if (flag && !YES.has(value)) {
      throw new HubError('usage', 'invalid_flag', `${name} must be true or false, not "${value}".`, {
        nextStep: `Set ${name}=true, or remove it.`,
      });
    }
  }
}
