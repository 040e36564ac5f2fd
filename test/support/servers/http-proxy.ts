import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

import { proxySettings, type ProxySettings } from '../../../src/net/proxy.ts';
import { atEndOfFile } from '../suite/cleanup.ts';

export const BASIC = `Basic ${Buffer.from('user:word').toString('base64')}`;

/** A forward proxy on this machine that wants a user and a password. Whom it is asked for by name is this machine. */
export interface HttpProxy {
  readonly url: string;
  /** That call everything through it, with user and password. */
  readonly settings: ProxySettings;
  /** `CONNECT host:port` and `GET http://…`, in order. */
  readonly asked: readonly string[];
  /** The proxy-authorization of each. */
  readonly rights: readonly (string | undefined)[];
}

/** Starts a proxy; it ends with the test file. */
export async function startProxy(): Promise<HttpProxy> {
  const asked: string[] = [];
  const rights: (string | undefined)[] = [];
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    rights.push(incoming.headers['proxy-authorization']);
    if (incoming.headers['proxy-authorization'] !== BASIC) {
      response.writeHead(407).end();
      return;
    }
    const { port, pathname, search } = new URL(incoming.url ?? '');
    const outgoing = request({ host: '127.0.0.1', port: port || 1, path: `${pathname}${search}`, method: incoming.method, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.writeHead(502).end());
    incoming.pipe(outgoing);
  });
  server.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    rights.push(incoming.headers['proxy-authorization']);
    socket.on('error', () => undefined);
    const target = connect(1, '127.0.0.1');
    target.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEndOfFile(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const withRights = url.replace('//', '//user:word@');
  return { url, settings: proxySettings((name) => ({ HTTP_PROXY: withRights, HTTPS_PROXY: withRights })[name]), asked, rights };
}
