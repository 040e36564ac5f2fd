import { HubError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { domainForms } from '../../core/text/email.ts';
import { publicIds } from '../../orders/ids/ids.ts';
import { readEntries, type Entry } from './entries.ts';
import { formsOf, type Form } from './form.ts';
import { partnersOf, type Partner } from './partner.ts';
import { problemLog, type FormsProblem } from './problems.ts';
import { routesOf, type Routes } from './routes.ts';

/** The text of forms.yaml with its name, as it stands in messages. */
export interface FormsSource {
  readonly file: string;
  readonly text: string;
}

/** What the file is judged by besides itself. */
export interface FormsSurroundings {
  readonly brands: readonly string[];
  /** `serve.redirect_hosts` of the configuration. */
  readonly redirectHosts: readonly string[];
  /** The key of ids that leave the hub. */
  readonly idKey: string;
}

/** forms.yaml, compiled. With an error among the problems nothing may be decided by it. */
export interface Forms extends Routes {
  readonly file: string;
  /** Changes with the text of the file, the key of ids, the hosts and the brands. */
  readonly version: string;
  readonly forms: readonly Form[];
  readonly partners: readonly Partner[];
  /** In lower case, letters beyond ASCII in both forms. */
  readonly blockedDomains: ReadonlySet<string>;
  /** By line. */
  readonly problems: readonly FormsProblem[];
}

const VERSION_LENGTH = 16;
/** An error names so many faults; `routes list` shows more of them. */
const MOST_SHOWN = 100;

/**
 * Compiles forms.yaml and finds everything that is wrong with it at once. Ties and shadows are told only where every form,
 * partner and rule can be read: one that is missing would be the reason for some.
 */
export function compileForms({ file, text }: FormsSource, { brands, redirectHosts, idKey }: FormsSurroundings): Forms {
  const { yaml, entries, faults } = readEntries(text);
  const log = problemLog(yaml, faults, new Set(redirectHosts.map((host) => host.toLowerCase())));
  const ids = publicIds(idKey);
  const declared = { brands, themes: valuesOf(entries.themes), products: valuesOf(entries.products) };
  const forms = formsOf(entries.forms, declared, ids, log);
  const partners = partnersOf(entries.partners, ids, log);
  const routes = routesOf(entries.routes, { ...declared, partners: partners.map(({ id }) => id), forms }, faults.length === 0, log);
  return {
    file,
    version: sha256Hex(JSON.stringify([text, idKey, redirectHosts, brands])).slice(0, VERSION_LENGTH),
    forms,
    partners,
    ...routes,
    blockedDomains: new Set(valuesOf(entries.blocked_domains).flatMap((domain) => domainForms(`@${domain}`).map((form) => form.slice(1)))),
    problems: log.all(),
  };
}

/**
 * The same forms, if nothing is wrong with them.
 * @throws HubError configuration (forms_invalid), naming file, line and key of every fault
 */
export function requireSound(forms: Forms): Forms {
  const errors = forms.problems.filter(({ level }) => level === 'error');
  if (errors.length === 0) return forms;
  const shown = errors.slice(0, MOST_SHOWN);
  const lines = shown.map(({ line, key, message }) => `${forms.file}:${line}: ${key === '' ? '' : `"${key}" `}${message}`);
  throw new HubError('configuration', 'forms_invalid', `The forms cannot be used:\n${lines.join('\n')}${errors.length > shown.length ? `\nand ${errors.length - shown.length} more` : ''}`, {
    context: { file: forms.file, problems: errors.length },
    nextStep: 'Correct these lines; the comment at the top of config/forms.yaml shows every key. hub routes list shows the routes with what is wrong with them.',
  });
}

function valuesOf<Value>(entries: readonly Entry<Value>[]): Value[] {
  return entries.map(({ value }) => value);
}
