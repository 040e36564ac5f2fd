import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { Registry } from 'prom-client';
import { request } from 'undici';

import { HubError, codeOf } from '../core/errors.ts';
import { decodedUrlText } from '../core/text/url-text.ts';

const PUSH_TIMEOUT_MS = 5_000;
/** The node exporter runs as a user of its own and must be able to read the file. */
const READABLE = 0o644;

/**
 * Writes the metrics for the textfile collector of the node exporter; whoever reads the file sees all of it or the one
 * before.
 * @throws HubError configuration if the folder cannot be written
 */
export async function writeMetricsFile(file: string, metrics: Registry): Promise<void> {
  // The collector reads what ends in .prom; this does not.
  const unfinished = join(dirname(file), `.${basename(file)}.${process.pid}`);
  try {
    await writeFile(unfinished, await metrics.metrics());
    await chmod(unfinished, READABLE);
    await rename(unfinished, file);
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw new HubError('configuration', 'metrics_unwritable', 'The metrics could not be written to the file of HUB_METRICS_FILE.', {
      context: { file, code: codeOf(cause) },
      nextStep: 'Name a file in a folder that hub may write to, and that has space.',
      cause,
    });
  }
}

/**
 * Puts the metrics in place of those that the Pushgateway has for job "hub" and the instance. The Pushgateway of
 * prom-client takes a redirect for a success, and a path that begins with two slashes for a host; this does neither.
 * @param instance undefined: the group without one
 * @param url with user and password, if it needs them; they are not shown in errors
 * @throws HubError transient if it does not answer or refuses, configuration if it redirects
 */
export async function pushMetrics(url: string, metrics: Registry, instance: string | undefined): Promise<void> {
  const { origin, pathname, username, password } = new URL(url);
  const basic = Buffer.from(`${decodedUrlText(username) ?? ''}:${decodedUrlText(password) ?? ''}`).toString('base64');
  let status: number | undefined;
  let cause: unknown;
  try {
    const { statusCode, body } = await request(`${origin}${pathname.replace(/\/+$/, '')}/metrics/job/hub${instance === undefined ? '' : `/instance/${instance}`}`, {
      method: 'PUT',
      headers: { 'content-type': metrics.contentType, ...(username === '' ? {} : { authorization: `Basic ${basic}` }) },
      body: await metrics.metrics(),
      // The process ends after this: a connection that is kept would be cut.
      reset: true,
      signal: AbortSignal.timeout(PUSH_TIMEOUT_MS),
    });
    await body.dump();
    if (statusCode < 300) return;
    status = statusCode;
  } catch (error) {
    cause = error;
  }
  const redirects = status !== undefined && status >= 300 && status < 400;
  throw new HubError(redirects ? 'configuration' : 'transient', 'metrics_not_pushed', 'The Pushgateway of HUB_PUSHGATEWAY_URL did not take the metrics.', {
    context: { gateway: origin, status, code: codeOf(cause) },
    nextStep: redirects
      ? 'It redirects, and what is pushed is not sent elsewhere: set HUB_PUSHGATEWAY_URL to the address that it redirects to.'
      : 'Check that it can be reached; the next run pushes the state of all commands again.',
    cause,
  });
}
