import { connect, type Socket } from 'node:net';

import { codeOf, messageOf } from '../core/errors.ts';
import { scrub } from '../core/text/scrub.ts';
import { literalAddress, refusalOf } from './address.ts';
import { AddressRefused, checkedLookup, type LookupOptions } from './checked-lookup.client.ts';

/** A mail server as a URL names it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps); false: STARTTLS, without which nothing is sent. */
  readonly isImplicitTls: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** A certificate that is trusted in place of those that Node trusts; for tests. */
  readonly trusted?: string | undefined;
}

/** A mail to one recipient. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  /** With its angle brackets. */
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a server said last of a mail, or why it said nothing. */
export type MailAnswer =
  /** A code of SMTP (RFC 5321, 4.2), its text without addresses, and the command that it answered. */
  | { readonly code: number; readonly text: string; readonly command: string }
  | { readonly failure: string; readonly message: string };

export interface MailOptions extends LookupOptions {
  /** From the start to the server's last word. */
  readonly timeoutMs: number;
}

/** An error of nodemailer. */
interface MailError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly command?: string;
}

/**
 * Sends one mail over a connection of its own, encrypted or not at all. It goes to the very address that was checked.
 * Never throws: what goes wrong is an answer of its own kind.
 */
export async function sendMail(server: MailServer, mail: Mail, options: MailOptions): Promise<MailAnswer> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  let socket: Socket | undefined;
  try {
    socket = await connectTo(server, options, deadline);
    return await submit(server, mail, socket, deadline, options.timeoutMs);
  } catch (error) {
    if (deadline.aborted) return { failure: 'timeout', message: `no complete answer within ${options.timeoutMs} ms` };
    return answerOf(error as MailError);
  } finally {
    socket?.destroy();
  }
}

/** Connects to a server and says nothing; undefined if it was there, else why not. Never throws. */
export async function reachMailServer(server: MailServer, options: MailOptions): Promise<string | undefined> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  try {
    (await connectTo(server, options, deadline)).destroy();
    return undefined;
  } catch (error) {
    return deadline.aborted ? `no connection within ${options.timeoutMs} ms` : scrub(codeOf(error) ?? messageOf(error));
  }
}

function connectTo({ host, port }: MailServer, options: MailOptions, signal: AbortSignal): Promise<Socket> {
  const address = literalAddress(host);
  const refusal = address === undefined ? undefined : refusalOf(address, options.allowPrivate);
  if (refusal !== undefined) return Promise.reject(new AddressRefused(`${address ?? ''} is refused: ${refusal}`));
  return new Promise((done, fail) => {
    const socket = connect({ host: address ?? host, port, lookup: checkedLookup(options), signal });
    socket.once('connect', () => {
      socket.off('error', fail);
      // What goes wrong from here on is told by who uses it; after that nobody listens.
      socket.on('error', () => undefined);
      done(socket);
    });
    socket.once('error', fail);
  });
}

async function submit({ host, port, isImplicitTls, user, password, trusted }: MailServer, mail: Mail, connection: Socket, signal: AbortSignal, timeoutMs: number): Promise<MailAnswer> {
  const { createTransport } = await import('nodemailer');
  const limits = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs, socketCloseTimeout: 0 };
  const transport = createTransport({
    ...{ host, port, connection, ...limits },
    ...(isImplicitTls ? { secure: true } : { secure: false, requireTLS: true }),
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', ...(trusted === undefined ? {} : { ca: trusted }) },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    const { from, to, messageId, subject, text, html } = mail;
    // No out-of-office notes, please (RFC 3834).
    const headers = { 'Auto-Submitted': 'auto-generated' };
    const info = await transport.sendMail({ ...{ from, subject, text, html, messageId, headers, signal }, to: { name: '', address: to } });
    // It resolves when some recipients are refused too.
    return info.rejected.length > 0 ? { failure: 'refused', message: 'the server refused the recipient' } : { code: codeIn(info.response), text: scrub(info.response), command: 'DATA' };
  } finally {
    transport.close();
  }
}

/** What the server said, unless it is of the connection alone: without TLS nothing was said of the mail. Servers repeat the address that they refuse. */
function answerOf(error: MailError): MailAnswer {
  const { code, responseCode, response, command = '' } = error;
  if (code !== 'ETLS' && responseCode !== undefined && responseCode >= 400) return { code: responseCode, text: scrub(response ?? ''), command };
  const failure = codeOf(error) ?? 'failed';
  const message = scrub(messageOf(error));
  return { failure, message: failure === 'address_refused' || failure === 'failed' ? message : `${failure}: ${message}` };
}

function codeIn(response: string): number {
  return Number(/^\d{3}/.exec(response)?.[0] ?? 250);
}
