import { relayKinds } from '../../relays/outbox/relay.ts';
import type { Trial } from '../../relays/try-destination.ts';
import { formatDuration } from '../../core/text/counts.ts';
import type { Command } from '../../cli/command.ts';
import { choice, option } from '../../cli/flag.ts';

const flags = {
  destination: option('--destination <id>', 'where it goes').needed(),
  kind: choice('--kind <kind>', 'what kind of relay (default: the first one that the destination takes)', relayKinds),
};

/** Sends one example to a destination. */
export const testRelay: Command = {
  name: 'test',
  summary: 'send one marked example to a destination, and show request and answer',
  description:
    'The example has the form of a real relay and is about nobody: hub-test stands for every value, "test": true in the ' +
    'body, and the header hub-test: true. It is sent once, signed as real ones are, and nothing is stored of it. Secrets ' +
    'are not shown. Ends with 3 if the destination did not take it.',
  options: Object.values(flags),
  examples: ['hub relays test --destination crm', 'hub relays test --destination crm --kind order.withdrawn --output json'],
  async run(context, options) {
    const [{ tryDestination, usableDestination }, { openHttpClient }, { proxySettings }] = [
      await import('../../relays/try-destination.ts'),
      await import('../../net/http.client.ts'),
      await import('../../net/proxy.ts'),
    ];
    const destination = usableDestination(await context.destinations(), flags.destination.of(options));
    const client = openHttpClient({ ...destination, proxy: proxySettings(context.config.variable) });
    try {
      const trial = await tryDestination({ ...context, client, random: Math.random }, destination, flags.kind.of(options));
      const { outcome, reason, durationMs, ...attempt } = trial.attempt;
      const taken = outcome === 'delivered' || outcome === 'redirected';
      return {
        text: textOf(trial).join('\n'),
        json: {
          ...{ destination: trial.destination, kind: trial.kind, outcome, reason, duration_ms: durationMs },
          request: { method: attempt.method, url: attempt.url, headers: attempt.requestHeaders, body: trial.body },
          answer: { status: attempt.status, headers: attempt.responseHeaders, body: attempt.responseBody, error: attempt.error },
        },
        refused: !taken,
      };
    } finally {
      await client.close();
    }
  },
};

const VERDICTS = {
  delivered: 'The destination took it.',
  redirected: 'hub sends nothing here: the address is for a browser.',
  retrying: 'The destination did not take it; a relay would be tried again',
  dead: 'The destination did not take it; a relay would be given up',
} as const;

function textOf({ destination, kind, body, attempt }: Trial): string[] {
  const { outcome, reason, status, url, error } = attempt;
  return [
    `An example of ${kind} to ${destination}; nothing is stored of it.`,
    '',
    ...(url === null ? [] : [`${attempt.method} ${url}`]),
    ...headerLines('>', attempt.requestHeaders),
    ...(body === '' ? [] : [`  ${body}`]),
    ...(status === null ? [] : ['', `status ${status} in ${formatDuration(attempt.durationMs)}`]),
    ...headerLines('<', attempt.responseHeaders),
    ...(attempt.responseBody === null || attempt.responseBody === '' ? [] : [`  ${attempt.responseBody}`]),
    ...(error === null ? [] : ['', `error: ${error}`]),
    '',
    `${VERDICTS[outcome]}${reason === null ? '' : `: ${reason}`}`,
  ];
}

function headerLines(sign: string, headers: Readonly<Record<string, string>> | null): string[] {
  return Object.entries(headers ?? {}).map(([name, value]) => `  ${sign} ${name}: ${value}`);
}
