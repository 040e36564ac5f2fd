import { NodeClient, Scope, defaultStackParser, makeNodeTransport } from '@sentry/node';

/** A failure as it is reported: texts already without personal data, as this module cannot know which hold any. */
export interface ReportedProblem {
  readonly level: 'error' | 'warning';
  /** The stable code: problems with the same one belong together. */
  readonly code: string;
  readonly message: string;
  /** `Name: message` and the frames; undefined if nothing was thrown. */
  readonly stack: string | undefined;
  readonly version: string;
  /** Short, to search by: command, kind. */
  readonly tags: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, unknown>>;
}

const SEND_MS = 3_000;

/**
 * Sends one problem to Sentry and waits until it is there. Nothing is added to what is given: no host name, no
 * environment, no breadcrumbs, no requests.
 * @returns false if it could not be sent within three seconds
 */
export async function sendToSentry(dsn: string, problem: ReportedProblem): Promise<boolean> {
  let taken = false;
  const client = new NodeClient({
    dsn,
    transport: makeNodeTransport,
    stackParser: defaultStackParser,
    integrations: [],
    includeServerName: false,
    sendClientReports: false,
    release: `hub@${problem.version}`,
  });
  if (client.getDsn() === undefined) return false;
  client.on('afterSendEvent', (_event, response) => {
    taken = response.statusCode !== undefined && response.statusCode < 300;
  });
  client.init();
  const scope = new Scope();
  scope.setClient(client);
  scope.setTags({ code: problem.code, ...problem.tags });
  scope.setContext('problem', { ...problem.details });
  scope.setFingerprint([problem.code, problem.tags['command'] ?? '']);
  scope.setLevel(problem.level);
  if (problem.stack === undefined) scope.captureMessage(problem.message, problem.level);
  else scope.captureException(thrown(problem.code, problem.message, problem.stack));
  await client.close(SEND_MS);
  return taken;
}

/** An error to be parsed by the client, with the place of the original one and the text that may leave. */
function thrown(name: string, message: string, stack: string): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = stack;
  return error;
}
