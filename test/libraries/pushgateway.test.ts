import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import client from 'prom-client';

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

test.each([301, 307, 308])('prom-client takes a Pushgateway that answers %d for one that took the metrics', async (status) => {
  const listening = (server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { location: '/elsewhere' }).end();
  }));
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  const registry = new client.Registry();
  new client.Gauge({ name: 'rows', help: 'Rows.', registers: [registry] }).set(1);
  const gateway = new client.Pushgateway(`http://127.0.0.1:${(listening.address() as AddressInfo).port}`, {}, registry);
  await expect(gateway.pushAdd({ jobName: 'hub' })).resolves.toBeDefined();
});
