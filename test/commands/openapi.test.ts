import { expect, test } from '@jest/globals';

import { workspace } from '../support/program/hub.ts';

test('hub openapi prints the document of every part, without a server or a database', async () => {
  const place = workspace({ HUB_DATABASE_URL: 'mysql://nobody:x@127.0.0.1:1/none' });
  const printed = await place.hub(['openapi']);
  expect(printed.code).toBe(0);
  const document = JSON.parse(printed.stdout) as { paths: object };
  expect(Object.keys(document.paths).sort()).toEqual(['/healthz', '/l/{form}', '/metrics', '/openapi.json', '/readyz', '/v1/consents', '/v1/events', '/v1/feeds/{file}', '/v1/runs', '/v1/runs/stream', '/w/{source}']);
  expect((await place.hub(['openapi', '--output', 'json'])).json()).toEqual(document);
});
