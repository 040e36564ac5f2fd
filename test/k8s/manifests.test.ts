import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parseAllDocuments } from 'yaml';

import type { OptionValues } from '../../src/cli/command.ts';
import { commands } from '../../src/commands/index.ts';
import { batchRange, rangeGiven } from '../../src/cli/dates.ts';
import { upstreamOf } from '../../src/cli/upstream.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config.ts';
import { parseShard } from '../../src/core/shard.ts';
import { systemClock } from '../../src/core/time.ts';
import { serverVariables } from '../../src/serve/names.ts';
import { PROJECT } from '../support/program/hub.ts';
import { kustomize, type Tree } from '../support/program/kustomize.ts';

/** The slots (UTC), daily but for the purge. A command of this list that exists must be scheduled so; others may not be scheduled. */
const SLOTS: Readonly<Record<string, readonly string[]>> = {
  purge: ['0 2 * * 0'],
  'import-email': ['0 3 * * *'],
  'import-intake': ['* * * * *'],
  'import-billing': ['0 5 * * *'],
  'import-ads': ['0 */4 * * *'],
  'import-inventory': ['5 */4 * * *'],
  'import-sources': ['40 */4 * * *'],
  enrich: ['0 5 * * *'],
  'assemble-orders': ['0 5 * * *'],
  'attribute-refunds': ['0 5 * * *'],
  'build-metrics': ['0 2,10,14,18,22 * * *', '0 6 * * *'],
  'build-audiences': ['0 6 * * *'],
  'resend-relays': ['0 6 * * *', '7,22,37,52 * * * *'],
  reconcile: ['0 6 * * *'],
  report: ['30 6 * * *'],
  'check-alerts': ['4,19,34,49 * * * *', '45 2,10,14,18,22 * * *', '5 6 * * *'],
  health: ['*/5 * * * *'],
  'send-summary': ['30 6 * * 1'],
  extract: ['12 */4 * * *', '18 */4 * * *', '24 */4 * * *', '30 */4 * * *', '36 */4 * * *', '7 */4 * * *'],
};
const FOLDERS = ['base', 'overlays/dev', 'overlays/prod', 'examples'];
const schema = JSON.parse(readFileSync(join(PROJECT, 'test/k8s/kubernetes.schema.json'), 'utf8')) as { kinds: Record<string, string>; definitions: object };

const rendered = new Map(FOLDERS.map((folder) => [folder, kustomize(join(PROJECT, 'k8s', folder))]));
const everything = [...rendered].flatMap(([folder, objects]) => objects.map((object) => ({ folder, object })));
const nameOf = (object: Tree): string => `${String(object['kind'])}/${(object['metadata'] as { name: string }).name}`;

/** A path into an object, as `spec.jobTemplate.spec`. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- says at the call what the manifests hold there
function at<T>(object: unknown, path: string): T {
  return path.split('.').reduce<unknown>((node, key) => (node as Tree | undefined)?.[key], object) as T;
}

/** The job of a CronJob or Job, with its pod and container. */
function jobOf(object: Tree): { job: Tree; pod: Tree; container: Tree; args: string[] } {
  const job = at<Tree>(object, object['kind'] === 'CronJob' ? 'spec.jobTemplate.spec' : 'spec');
  const pod = at<Tree>(job, 'template.spec');
  const [container = {}] = at<Tree[]>(pod, 'containers');
  return { job, pod, container, args: container['args'] as string[] };
}

const jobs = everything.filter(({ object }) => object['kind'] === 'CronJob' || object['kind'] === 'Job').map(({ folder, object }) => ({ folder, object, ...jobOf(object) }));
const cronJobs = jobs.filter(({ object, folder }) => object['kind'] === 'CronJob' && folder === 'base');
/** Pods that run until they are told to stop. */
const servers = everything.filter(({ object }) => object['kind'] === 'StatefulSet').map(({ folder, object }) => ({ folder, object, ...jobOf(object), pod: at<Tree>(object, 'spec.template.spec') }));
const pods = [...jobs, ...servers].map((pod) => [`${nameOf(pod.object)} of ${pod.folder}`, pod] as const);
const titled = jobs.map((job) => [`${nameOf(job.object)} of ${job.folder}`, job] as const);

/** What the program makes of a command line; throws as it would. */
async function parsed(args: readonly string[]): Promise<{ name: string; options: OptionValues }> {
  let seen: { name: string; options: OptionValues } | undefined;
  const program = buildProgram(commands, '0', false, (command, options) => {
    seen = { name: command.name, options };
    return Promise.resolve();
  });
  await program.parseAsync(['node', 'hub', ...args]);
  if (seen === undefined) throw new Error(`${args.join(' ')} runs nothing`);
  return seen;
}

describe('the manifests', () => {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  test.each(everything.map(({ folder, object }) => [`${nameOf(object)} of ${folder}`, object] as const))('%s: is an object of Kubernetes with its fields only', (_title, object) => {
    const definition = schema.kinds[`${String(object['apiVersion'])} ${String(object['kind'])}`];
    expect(definition).toBeDefined();
    const validate = ajv.compile({ definitions: schema.definitions, $ref: `#/definitions/${definition ?? ''}` });
    validate(object);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('would not pass with a misspelt field', () => {
    const validate = ajv.compile({ definitions: schema.definitions, $ref: '#/definitions/V1CronJob' });
    const [cronJob] = cronJobs;
    expect(validate(cronJob?.object)).toBe(true);
    expect(validate({ ...cronJob?.object, spec: { ...at<Tree>(cronJob?.object, 'spec'), timezone: 'Etc/UTC' } })).toBe(false);
  });

  test('are rendered as kubectl renders them, where there is one', () => {
    for (const [folder, objects] of rendered) {
      const { stdout, error } = spawnSync('kubectl', ['kustomize', join(PROJECT, 'k8s', folder)], { encoding: 'utf8' });
      if (error !== undefined) return;
      const withoutHash = stdout.replace(/hub-config-[a-z0-9]{10}\b/g, 'hub-config');
      const theirs = parseAllDocuments(withoutHash).map((document) => document.toJS() as Tree);
      const byName = (one: Tree, other: Tree): number => (nameOf(one) < nameOf(other) ? -1 : 1);
      expect([...objects].sort(byName)).toEqual(theirs.sort(byName));
    }
  });

  test('use the configuration that commands can read', () => {
    const config = loadConfig({ file: join(PROJECT, 'k8s/base/hub.config.yaml'), workingDirectory: PROJECT, environment: {} });
    expect(config.brands.map(({ id }) => id)).toEqual(['alpina', 'belmont', 'corvina']);
  });
});

describe('the schedule', () => {
  test('runs every command of the day in its slot, and nothing else', () => {
    const scheduled: Record<string, string[]> = {};
    for (const { object, args } of cronJobs) (scheduled[args[0] ?? ''] ??= []).push(at<string>(object, 'spec.schedule'));
    for (const slots of Object.values(scheduled)) slots.sort();
    const wanted = Object.entries(SLOTS).filter(([name]) => commands.some((command) => command.name === name));
    expect(scheduled).toEqual(Object.fromEntries(wanted));
    const dataCommands = commands.filter((command) => command.options?.some((option) => option.long === '--after'));
    expect(Object.keys(scheduled)).toEqual(expect.arrayContaining(dataCommands.map(({ name }) => name)));
  });

  test.each(titled.filter(([, { object }]) => object['kind'] === 'CronJob'))('%s: is in UTC, never beside itself, and kept from piling up', (_title, { object, job }) => {
    expect(at(object, 'spec')).toMatchObject({ timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' });
    expect(at<number>(object, 'spec.startingDeadlineSeconds')).toBeGreaterThanOrEqual(600);
    expect(job['activeDeadlineSeconds']).toBeLessThan(24 * 3_600);
  });

  test('suspends everything in dev and nothing in prod', () => {
    const suspended = (folder: string) => jobs.filter((job) => job.folder === folder && job.object['kind'] === 'CronJob').map(({ object }) => at(object, 'spec.suspend') === true);
    expect(new Set(suspended('overlays/dev'))).toEqual(new Set([true]));
    expect(new Set(suspended('overlays/prod'))).toEqual(new Set([false]));
  });
});

describe('every pod', () => {
  test.each(titled)('%s: runs a command of hub with options that it has', async (_title, { job, args }) => {
    const count = (job['completions'] as number | undefined) ?? 1;
    const labels = new Set<string>();
    for (let index = 0; index < count; index++) {
      const { name, options } = await parsed(args.map((arg) => arg.replace('$(JOB_COMPLETION_INDEX)', String(index))));
      // None of them works on a date, a shard or after another command.
      if (['up', 'purge', 'import-intake', 'health'].includes(name)) return;
      labels.add(parseShard((options['shard'] as string | undefined) ?? '1/1').label);
      batchRange(rangeGiven(options), systemClock);
      const { commands, maxWaitMs } = upstreamOf(options, name);
      if (commands.length === 0) continue;
      for (const command of commands) expect(cronJobs.map((other) => other.args[0])).toContain(command);
      if (name === 'build-audiences') expect(commands).toContain('import-email');
      expect(maxWaitMs).toBeLessThan((job['activeDeadlineSeconds'] as number) * 1_000);
    }
    expect(labels.size).toBe(count);
    expect(job['completionMode']).toBe(count === 1 ? undefined : 'Indexed');
  });

  test.each(pods)('%s: has no rights, cannot write but to its volumes, and has bounds', (_title, { pod, container, object }) => {
    expect(pod).toMatchObject({
      ...{ ...(object['kind'] === 'StatefulSet' ? {} : { restartPolicy: 'Never' }), serviceAccountName: 'hub', automountServiceAccountToken: false },
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod['hostNetwork'] ?? pod['hostPID'] ?? pod['hostIPC']).toBeUndefined();
    expect(container['securityContext']).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(container['resources']).toMatchObject({ requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } });
    expect(at<Tree[]>(pod, 'volumes').filter((volume) => volume['hostPath'] !== undefined)).toEqual([]);
  });

  test.each(pods)('%s: gets its secrets by reference', (_title, { container }) => {
    expect(container['envFrom']).toEqual([{ secretRef: { name: 'hub' } }]);
    expect(container['env']).toContainEqual({ name: 'HUB_CONFIG', value: '/etc/hub/hub.config.yaml' });
    const plain = at<{ name: string }[]>(container, 'env').map(({ name }) => name);
    expect(['HUB_CONFIG', ...serverVariables]).toEqual(expect.arrayContaining(plain));
    expect(container['volumeMounts']).toContainEqual({ name: 'config', mountPath: '/etc/hub', readOnly: true });
  });

  test.each(titled)('%s: is tried again only where that can help', (_title, { job }) => {
    const rules = at<{ action: string; onExitCodes?: { values: number[] }; onPodConditions?: Tree[] }[]>(job, 'podFailurePolicy.rules');
    expect(rules[0]).toEqual({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] });
    const final = rules.filter(({ action }) => action !== 'Ignore').flatMap(({ onExitCodes }) => onExitCodes?.values ?? []);
    expect(final.sort()).toEqual([2, 3, 5]);
    expect(job['backoffLimit'] ?? job['backoffLimitPerIndex']).toBe(6);
    expect(rules.some(({ action }) => action === 'FailIndex')).toBe(job['completionMode'] === 'Indexed');
  });

  test('runs the image of this version', () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
    for (const { container } of [...jobs, ...servers]) expect(container['image']).toMatch(new RegExp(`(^|/)hub:${version.replaceAll('.', '\\.')}$`));
  });

  test('of the network policy is every pod, and its ports are those of the outside', () => {
    for (const { folder, object } of everything.filter((one) => nameOf(one.object) === 'NetworkPolicy/hub')) {
      const selected = at<Record<string, string>>(object, 'spec.podSelector.matchLabels');
      for (const job of [...jobs, ...servers].filter((one) => one.folder === folder)) expect(at(job.job, 'template.metadata.labels')).toMatchObject(selected);
      expect(at(object, 'spec.policyTypes')).toEqual(['Ingress', 'Egress']);
      expect(at(object, 'spec.ingress')).toEqual([]);
      const ports = at<{ ports: { port: number }[] }[]>(object, 'spec.egress').flatMap((rule) => rule.ports.map(({ port }) => port));
      expect(ports.sort((a, b) => a - b)).toEqual([53, 53, 443, 3306, 9091]);
    }
  });
});

describe('the servers of leads', () => {
  test.each(servers.map((server) => [server.folder, server] as const))('of %s keep a journal each, are told to stop in time and asked for their health', async (folder, { object, pod, container, args }) => {
    const { name, options } = await parsed(args);
    // Those that need no database; on large sites the others run apart.
    expect([name, options['part']]).toEqual(['serve', ['leads', 'webhooks', 'events']]);
    expect(at(object, 'spec.persistentVolumeClaimRetentionPolicy')).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
    const [claim = {}] = at<Tree[]>(object, 'spec.volumeClaimTemplates');
    expect(at(claim, 'spec.accessModes')).toEqual(['ReadWriteOnce']);
    const env = new Map(at<{ name: string; value?: string; valueFrom?: Tree }[]>(container, 'env').map((each) => [each.name, each]));
    expect(env.get('HUB_WRITER')?.valueFrom).toEqual({ fieldRef: { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" } });
    expect(container['volumeMounts']).toContainEqual({ name: at<string>(claim, 'metadata.name'), mountPath: env.get('HUB_JOURNAL')?.value });
    expect(pod['terminationGracePeriodSeconds']).toBe(45);
    expect([at(container, 'readinessProbe.httpGet.path'), at(container, 'livenessProbe.httpGet.path')]).toEqual(['/readyz', '/healthz']);
    const labels = at<Record<string, string>>(object, 'spec.template.metadata.labels');
    const own = everything.filter((one) => one.folder === folder);
    const named = (kind: string): Tree => own.find((one) => nameOf(one.object) === `${kind}/serve`)?.object ?? {};
    for (const selector of [at(object, 'spec.selector.matchLabels'), at(named('Service'), 'spec.selector'), at(named('PodDisruptionBudget'), 'spec.selector.matchLabels'), at(named('NetworkPolicy'), 'spec.podSelector.matchLabels')]) {
      expect(labels).toMatchObject(selector as Tree);
    }
    expect(at(named('PodDisruptionBudget'), 'spec.maxUnavailable')).toBe(1);
    // The pods of jobs are not among those that are connected to.
    for (const job of jobs.filter((one) => one.folder === folder)) expect(at(job.job, 'template.metadata.labels')).not.toMatchObject(at(named('Service'), 'spec.selector'));
  });

  test('publish to where import-intake reads, health looks and purge removes', () => {
    const placeOf = (container: Tree): unknown[] => [at<Tree[]>(container, 'env').find(({ name }) => name === 'HUB_INTAKE_URL')?.['value'], at<Tree[]>(container, 'volumeMounts').find(({ name }) => name === 'intake')?.['mountPath']];
    const users = [...servers, ...jobs.filter(({ args }) => ['import-intake', 'purge', 'health'].includes(args[0] ?? ''))].map(({ container }) => placeOf(container));
    expect(users.length).toBeGreaterThan(2);
    for (const place of users) expect(place).toEqual(['file:/var/lib/hub/intake', '/var/lib/hub/intake']);
  });
});
