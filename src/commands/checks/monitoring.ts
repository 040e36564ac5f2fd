import { HubError } from '../../core/errors.ts';
import type { Check } from './check.ts';
import { answersHttp } from './folders.client.ts';

const WAIT_MS = 5_000;

/** Where metrics and errors go can be reached. */
export const monitoring: Check = {
  name: 'monitoring',
  async run(context) {
    const { config } = context;
    const targets = [
      { name: 'HUB_PUSHGATEWAY_URL', url: config.pushgatewayUrl },
      { name: 'SENTRY_DSN', url: config.sentryDsn },
    ].flatMap(({ name, url }) => (url === undefined ? [] : [{ name, origin: new URL(url).origin }]));
    for (const { name, origin } of targets) {
      if (await answersHttp(origin, WAIT_MS)) continue;
      throw new HubError('configuration', 'monitoring_unreachable', `${origin} does not answer.`, {
        nextStep: `Check ${name} and the network policy; the commands work without it, but nobody is told.`,
      });
    }
    const file = config.metricsFile === undefined ? [] : [`metrics to ${context.shownPath(config.metricsFile)}`];
    const found = [...file, ...targets.map(({ name, origin }) => `${name} ${origin}`)].join(', ');
    if (config.metricsFile?.endsWith('.prom') === false) {
      return { found, advice: `the textfile collector of the node exporter reads only files that end in .prom: change HUB_METRICS_FILE, or nobody sees the metrics` };
    }
    return found === '' ? { found: 'run records only (HUB_METRICS_FILE, HUB_PUSHGATEWAY_URL and SENTRY_DSN are not set)' } : { found };
  },
};
