import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

import { atEndOfFile } from '../suite/cleanup.ts';
import { temporaryFolder } from '../suite/temporary-folder.ts';

/** A mail as the server got it. */
export interface TakenMail {
  readonly to: readonly string[];
  readonly from: string;
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
  /** Headers and bodies, as they came. */
  readonly source: string;
}

/** What the server does; by default it takes every mail. */
export interface MailScript {
  /** The answer to a recipient: 550, 450 …; 0 takes it. */
  readonly recipient?: (address: string) => number;
  /** The answer to the mail itself; `lost`: it takes the mail, and the connection breaks before it says so. */
  readonly data?: (nth: number) => number | 'lost';
}

/** A server of SMTP on a free port of this machine. */
export interface MailServerUnderTest {
  readonly port: number;
  /** To be trusted. */
  readonly certificate: string;
  readonly mails: TakenMail[];
  script: MailScript;
}

/** A certificate of this machine and its key, made anew. */
async function localCertificate(): Promise<{ readonly cert: string; readonly key: string }> {
  const folder = temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:mail.example,IP:127.0.0.1'];
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject]);
  return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
}

/** Starts a mail server; it ends with the test file. */
export async function startMailServer(script: MailScript = {}, options: SMTPServerOptions = {}): Promise<MailServerUnderTest> {
  const { cert, key } = await localCertificate();
  const taken: MailServerUnderTest = { port: 0, certificate: cert, mails: [], script };
  const sockets = new Set<Socket>();
  const tries = { data: 0 };
  const server = new SMTPServer({
    ...{ cert, key, authOptional: true, disableReverseLookup: true, logger: false, closeTimeout: 100 },
    onAuth({ username, password }, _session, done) {
      if (password === 'right') done(null, { user: username });
      else done(refusal(535));
    },
    onRcptTo({ address }, _session, done) {
      const code = taken.script.recipient?.(address) ?? 0;
      if (code === 0) done();
      else done(refusal(code, address));
    },
    onData(stream, session, done) {
      void text(stream).then((source) => {
        const { mailFrom, rcptTo } = session.envelope;
        const verdict = taken.script.data?.(++tries.data) ?? 0;
        if (verdict === 0 || verdict === 'lost') {
          taken.mails.push({ to: rcptTo.map(({ address }) => address), from: mailFrom === false ? '' : mailFrom.address, isEncrypted: session.secure, user: session.user as string | undefined, source });
        }
        if (verdict === 'lost') sockets.forEach((socket) => socket.destroy());
        else if (verdict === 0) done(null, 'taken');
        else done(refusal(verdict));
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  atEndOfFile(async () => {
    sockets.forEach((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return Object.assign(taken, { port: (server.server.address() as AddressInfo).port });
}

function refusal(code: number, address?: string): Error {
  return Object.assign(new Error(address === undefined ? 'not now' : `<${address}>: not here`), { responseCode: code });
}
