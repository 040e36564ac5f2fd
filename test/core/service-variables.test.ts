import { expect, test } from '@jest/globals';

import { isServiceVariable } from '../../src/core/service-variables.ts';

test.each([
  ['HUB_SERVICE_HOST', '10.0.0.1'],
  ['HUB_SERVICE_PORT', '8080'],
  ['HUB_SERVICE_PORT_HTTP', '8080'],
  ['HUB_PORT', 'tcp://10.0.0.1:8080'],
  ['HUB_PORT_8080_TCP', 'tcp://10.0.0.1:8080'],
  ['HUB_PORT_8080_TCP_PROTO', 'tcp'],
  ['HUB_PORT_8080_TCP_PORT', '8080'],
  ['HUB_PORT_8080_TCP_ADDR', '10.0.0.1'],
  ['HUB_SERVE_SERVICE_HOST', '10.0.0.1'],
  ['HUB_SERVE_PORT', 'udp://10.0.0.1:53'],
])('%s=%s comes from a Service of Kubernetes', (name, value) => {
  expect(isServiceVariable(name, value)).toBe(true);
});

test.each([
  ['HUB_PORT', '8080'],
  ['HUB_DATABASE_URL', 'tcp://10.0.0.1:3306'],
  ['HUB_SERVICE', '10.0.0.1'],
  ['HUB_PORT_HTTP', '8080'],
  ['HUB_PORT_8080_TCP_HOST', 'x'],
])('%s=%s does not', (name, value) => {
  expect(isServiceVariable(name, value)).toBe(false);
});
