import type { AlertRule } from '../alerts/rule.ts';
import type { Context } from '../context.ts';
import { programFile } from '../core/program-file.client.ts';

/**
 * The rules of alerts.yaml, those that ship with the program where the configuration has none.
 * @throws HubError configuration, naming file and line
 */
export async function alertRulesOf(context: Context): Promise<AlertRule[]> {
  const { config } = context;
  const [{ readAlertsSource }, { parseAlertRules }] = [await import('../alerts/alerts-source.client.ts'), await import('../alerts/parse-rules.ts')];
  const source = await readAlertsSource(config.alertsFile ?? programFile('config/alerts.yaml') ?? 'config/alerts.yaml');
  return parseAlertRules({ ...source, file: context.shownPath(source.file) }, config.brands.map(({ id }) => id));
}
