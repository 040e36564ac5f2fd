import { HubError } from '../core/errors.ts';
import { issuePath, readYaml } from '../core/text/yaml-text.ts';
import { compileRule, RuleFault } from './compile-rule.ts';
import type { AlertRule } from './rule.ts';
import { alertsSchema } from './rule-schema.ts';

/** The text of alerts.yaml with its name, as it stands in messages. */
export interface AlertsSource {
  readonly file: string;
  readonly text: string;
}

/**
 * Reads the rules, and refuses one that names what is not there or can never fire.
 * @param brands that are declared
 * @throws HubError configuration, naming file and line
 */
export function parseAlertRules({ file, text }: AlertsSource, brands: readonly string[]): AlertRule[] {
  const yaml = readYaml(text);
  const fail = (line: number, message: string): never => {
    throw new HubError('configuration', 'alerts_invalid', `${file}:${line}: ${/[.?]$/.test(message) ? message : `${message}.`}`, {
      context: { file, line },
      nextStep: 'Correct the line; config/alerts.yaml in the repository explains every key.',
    });
  };
  const [fault] = yaml.faults;
  if (fault !== undefined) return fail(fault.line, fault.message);
  const read = alertsSchema.safeParse(yaml.content);
  if (!read.success) {
    const issue = read.error.issues.find(({ code }) => code === 'unrecognized_keys') ?? read.error.issues[0];
    const path = issue === undefined ? [] : issuePath(issue);
    const key = path.filter((part) => typeof part === 'string').slice(1).join('.');
    const what = issue?.code === 'unrecognized_keys' ? 'is no key that belongs here' : (issue?.message ?? 'is not valid');
    return fail(yaml.keyLineOf(path, 1), `${key === '' ? '' : `"${key}" `}${what}`);
  }
  const { alerts } = read.data;
  return alerts.map((spec, index) => {
    const place = ['alerts', index];
    if (alerts.findIndex(({ id }) => id === spec.id) !== index) fail(yaml.keyLineOf([...place, 'id'], 1), `the id "${spec.id}" is there twice`);
    try {
      return compileRule(spec, brands);
    } catch (error) {
      if (error instanceof RuleFault) return fail(yaml.keyLineOf([...place, ...error.path], 1), `${spec.id}: ${error.message}`);
      throw error;
    }
  });
}
