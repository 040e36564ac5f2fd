import { expect, test } from '@jest/globals';

import { displayLocation, parseAthenaLocation } from '../../../src/lake/athena/location.ts';

test('every part of a location is read, and the catalog keeps its case', () => {
  const location = parseAthenaLocation(
    'athena://AwsDataCatalog/lake_db?workgroup=hub.daily&output=s3://bucket/a/b&region=eu-central-1&endpoint=http://127.0.0.1:4566',
  );
  expect(location).toEqual({
    catalog: 'AwsDataCatalog',
    database: 'lake_db',
    workgroup: 'hub.daily',
    output: 's3://bucket/a/b',
    region: 'eu-central-1',
    endpoint: 'http://127.0.0.1:4566',
  });
  expect(displayLocation(location)).toBe('athena://AwsDataCatalog/lake_db');
});

test('the workgroup defaults to primary, output and region to the environment', () => {
  expect(parseAthenaLocation('athena://AwsDataCatalog/lake')).toEqual({
    catalog: 'AwsDataCatalog',
    database: 'lake',
    workgroup: 'primary',
  });
});

test.each([
  ['not a url', 'URL', 'athena://<catalog>/<database>'],
  ['file:fixtures/lake', 'URL', 'athena://<catalog>/<database>'],
  ['athena://key:hunter2@AwsDataCatalog/lake', 'URL', 'no user or password'],
  ['athena:///lake', 'catalog', 'AwsDataCatalog'],
  ['athena://AwsDataCatalog', 'database', 'lower-case'],
  ['athena://AwsDataCatalog/Lake', 'database', 'lower-case'],
  ['athena://AwsDataCatalog/lake/more', 'database', 'lower-case'],
  ['athena://AwsDataCatalog/lake?workgroup=', 'workgroup', 'letters'],
  ['athena://AwsDataCatalog/lake?output=/tmp/x', 'output', 's3://bucket/prefix'],
  ['athena://AwsDataCatalog/lake?region=Frankfurt', 'region', 'eu-central-1'],
  ['athena://AwsDataCatalog/lake?endpoint=localhost', 'endpoint', 'http://host:port'],
  ['athena://AwsDataCatalog/lake?password=hunter2', 'option "password"', 'only workgroup'],
])('%s is refused for its %s', (text, part, expected) => {
  const parse = () => parseAthenaLocation(text);
  expect(parse).toThrow(expect.objectContaining({ kind: 'configuration', code: 'lake_location' }));
  expect(parse).toThrow(`bad ${part};`);
  expect(parse).toThrow(expected);
  expect(parse).not.toThrow('hunter2');
});
