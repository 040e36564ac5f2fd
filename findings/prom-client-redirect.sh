#!/usr/bin/env bash
# prom-client 15.1.3: pushAdd() to a Pushgateway that answers 301, 307 or 308 resolves like one that was taken.
# The redirect is not followed, so the metrics are nowhere. Expected by most: an error, or the push at the new place.
# Seen: "200 resolved, 301 resolved, 307 resolved, 308 resolved, 400 rejected; requests at the new place: 0".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --silent --no-audit --no-fund prom-client@15.1.3 > /dev/null
cat > run.mjs <<'JS'
import { createServer } from 'node:http';
import client from 'prom-client';

let moved = 0;
const target = createServer((request, response) => { moved++; response.writeHead(200).end(); });
await new Promise((done) => target.listen(0, '127.0.0.1', done));
const place = `http://127.0.0.1:${target.address().port}/metrics/job/hub`;
const said = [];
for (const status of [200, 301, 307, 308, 400]) {
  const gateway = createServer((request, response) => { request.resume(); response.writeHead(status, { location: place }).end(); });
  await new Promise((done) => gateway.listen(0, '127.0.0.1', done));
  const registry = new client.Registry();
  new client.Gauge({ name: 'rows', help: 'Rows.', registers: [registry] }).set(1);
  const pushing = new client.Pushgateway(`http://127.0.0.1:${gateway.address().port}`, {}, registry).pushAdd({ jobName: 'hub' });
  said.push(`${status} ${await pushing.then(() => 'resolved', () => 'rejected')}`);
  gateway.close();
  gateway.closeAllConnections();
}
target.close();
target.closeAllConnections();
console.log(`${said.join(', ')}; requests at the new place: ${moved}`);
JS
seen=$(node run.mjs)
echo "$seen"
[[ $seen == '200 resolved, 301 resolved, 307 resolved, 308 resolved, 400 rejected; requests at the new place: 0' ]]
