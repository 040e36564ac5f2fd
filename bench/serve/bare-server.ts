import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// What hub serve is measured against: Node's own server, which reads a form and answers 303, and does nothing else.
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.writeHead(303, { location: 'https://go.alpina.example/thanks', 'content-length': '0' }).end());
});
server.listen(0, '127.0.0.1', () => process.stderr.write(`${JSON.stringify({ message: 'serving', address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`));
process.on('SIGTERM', () => process.exit(0));
