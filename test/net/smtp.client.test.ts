import { beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { sendMail, type Mail, type MailServer } from '../../src/net/smtp.client.ts';
import { startMailServer, type MailServerUnderTest } from '../support/servers/mail-server.ts';
import { atEndOfFile } from '../support/suite/cleanup.ts';

const mail: Mail = {
  from: 'Hub <hub@shop.example>',
  to: 'team@shop.example',
  messageId: '<rel_1@shop.example>',
  subject: 'Stock out: 3 SKUs at Übersee',
  text: 'Three are out.\n',
  html: '<p>Three are out.</p>\n',
};
const options = { timeoutMs: 3_000, allowPrivate: true };

function serverAt({ port, certificate }: MailServerUnderTest, changes: Partial<MailServer> = {}): MailServer {
  return { host: '127.0.0.1', port, isImplicitTls: false, user: undefined, password: undefined, trusted: certificate, ...changes };
}

describe('a mail', () => {
  let server: MailServerUnderTest;
  beforeAll(async () => {
    server = await startMailServer();
  });

  test('goes out encrypted by STARTTLS, in both forms, with its own id', async () => {
    expect(await sendMail(serverAt(server), mail, options)).toEqual({ code: 250, text: '250 taken', command: 'DATA' });
    const [taken] = server.mails.splice(0);
    expect(taken).toMatchObject({ to: ['team@shop.example'], from: 'hub@shop.example', isEncrypted: true });
    expect(taken?.source).toMatch(/^Message-ID: <rel_1@shop\.example>\r$/m);
    expect(taken?.source).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(taken?.source).toMatch(/^To: team@shop\.example\r$/m);
    expect(taken?.source).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(taken?.source).toContain('Three are out.');
    expect(taken?.source).toContain('<p>Three are out.</p>');
  });

  test('goes out over smtps, with user and password', async () => {
    const implicit = await startMailServer({}, { secure: true, authOptional: false });
    expect(await sendMail(serverAt(implicit, { isImplicitTls: true, user: 'hub', password: 'right' }), mail, options)).toMatchObject({ code: 250 });
    expect(implicit.mails).toMatchObject([{ isEncrypted: true, user: 'hub' }]);
    expect(await sendMail(serverAt(implicit, { isImplicitTls: true, user: 'hub', password: 'wrong' }), mail, options)).toMatchObject({ code: 535 });
  });

  test('is sent to no server that offers no STARTTLS, or whose certificate is not trusted', async () => {
    const plain = await startMailServer({}, { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    expect(await sendMail(serverAt(plain), mail, options)).toMatchObject({ failure: 'ETLS' });
    expect(await sendMail(serverAt(server, { trusted: undefined }), mail, options)).toMatchObject({ failure: expect.any(String), message: expect.stringContaining('self-signed') });
    expect([...plain.mails, ...server.mails]).toEqual([]);
  });

  test('is refused in words that name no address', async () => {
    const refusing = await startMailServer({ recipient: () => 550 });
    const answer = await sendMail(serverAt(refusing), mail, options);
    expect(answer).toMatchObject({ code: 550, command: 'RCPT TO' });
    expect(JSON.stringify(answer)).not.toContain('team');
  });

  test.each([421, 450, 451, 452, 550, 552, 554])('that is answered with %d says so', async (code) => {
    const refusing = await startMailServer({ data: () => code });
    expect(await sendMail(serverAt(refusing), mail, options)).toMatchObject({ code });
  });

  test('whose answer is lost has a failure, not an answer', async () => {
    const losing = await startMailServer({ data: () => 'lost' });
    expect(await sendMail(serverAt(losing), mail, options)).toMatchObject({ failure: expect.any(String) });
    expect(losing.mails).toHaveLength(1);
  });

  test('is given up where nobody listens, and where nobody answers in time', async () => {
    const silent = createServer();
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    atEndOfFile(() => {
      sockets.forEach((socket) => socket.destroy());
      return new Promise<void>((resolve) => silent.close(() => resolve()));
    });
    const { port } = silent.address() as AddressInfo;
    expect(await sendMail(serverAt(server, { port }), mail, { ...options, timeoutMs: 300 })).toEqual({ failure: 'timeout', message: 'no complete answer within 300 ms' });
    expect(await sendMail(serverAt(server, { port: 1 }), mail, options)).toMatchObject({ failure: 'ECONNREFUSED' });
  });
});

describe('an address that may not be called', () => {
  test('is refused before anything is sent, as itself or behind a name', async () => {
    const server = await startMailServer();
    expect(await sendMail(serverAt(server), mail, { ...options, allowPrivate: false })).toMatchObject({ failure: 'address_refused', message: expect.stringContaining('127.0.0.1 is refused') });
    const inward = ((_name: string, _options: unknown, done: (error: null, found: object[]) => void) => done(null, [{ address: '10.0.0.7', family: 4 }])) as never;
    expect(await sendMail(serverAt(server, { host: 'mail.example' }), mail, { ...options, allowPrivate: false, resolve: inward })).toMatchObject({ failure: 'address_refused', message: expect.stringContaining('mail.example is 10.0.0.7') });
    expect(server.mails).toEqual([]);
  });

  test('is not what a name leads to that is allowed: the certificate is held against the name', async () => {
    const server = await startMailServer();
    const here = ((_name: string, _options: unknown, done: (error: null, found: object[]) => void) => done(null, [{ address: '127.0.0.1', family: 4 }])) as never;
    expect(await sendMail(serverAt(server, { host: 'mail.example' }), mail, { ...options, resolve: here })).toMatchObject({ code: 250 });
    expect(await sendMail(serverAt(server, { host: 'other.example' }), mail, { ...options, resolve: here })).toMatchObject({ failure: expect.any(String), message: expect.stringMatching(/altname|other\.example/i) });
    expect(server.mails).toHaveLength(1);
  });
});
