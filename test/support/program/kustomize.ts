import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A Kubernetes object, or a part of one. */
export type Tree = { [key: string]: unknown };

interface Patch {
  readonly path: string;
  readonly target?: { readonly kind?: string; readonly name?: string; readonly labelSelector?: string };
}

interface Kustomization {
  readonly namespace?: string;
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly patches?: readonly Patch[];
  readonly labels?: readonly { readonly pairs: Record<string, string>; readonly includeTemplates?: boolean }[];
  readonly images?: readonly { readonly name: string; readonly newName?: string; readonly newTag?: string }[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly files: readonly string[] }[];
}

const KNOWN = ['apiVersion', 'kind', 'namespace', 'resources', 'components', 'patches', 'labels', 'images', 'configMapGenerator'];
/** Lists whose items are merged by one of their fields; every other list replaces the one before. */
const MERGE_KEYS: Readonly<Record<string, string>> = { containers: 'name', volumes: 'name', env: 'name', volumeMounts: 'mountPath' };

/**
 * The objects of a kustomization, as `kubectl kustomize` makes them, for the features that k8s/ uses; names of config
 * maps come without the hash of their content. Throws for a field that it does not know.
 */
export function kustomize(folder: string, given: Tree[] = []): Tree[] {
  const spec = readYaml(join(folder, 'kustomization.yaml')) as Kustomization;
  const unknown = Object.keys(spec).filter((key) => !KNOWN.includes(key));
  if (unknown.length > 0) throw new Error(`kustomize.ts does not know ${unknown.join(', ')}`);
  const objects = [...given];
  for (const path of (spec.resources ?? []).map((name) => join(folder, name))) {
    objects.push(...(statSync(path).isDirectory() ? kustomize(path) : [readYaml(path)]));
  }
  for (const { name, files } of spec.configMapGenerator ?? []) {
    const data = Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
    objects.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
  }
  const included = (spec.components ?? []).reduce((all, name) => kustomize(join(folder, name), all), objects);
  return included.map((object) => transform(object, spec, folder));
}

function transform(object: Tree, spec: Kustomization, folder: string): Tree {
  let result = object;
  for (const patch of spec.patches ?? []) {
    if (!isTarget(result, patch)) continue;
    const { metadata, ...change } = readYaml(join(folder, patch.path));
    // The target says which objects are meant; the name in the patch is none.
    const { name } = result['metadata'] as Tree;
    result = merge(result, { ...change, metadata: { ...(metadata as Tree), name } }) as Tree;
  }
  for (const { pairs, includeTemplates } of spec.labels ?? []) result = labelled(result, pairs, includeTemplates === true) as Tree;
  if (spec.namespace !== undefined) result = merge(result, { metadata: { namespace: spec.namespace } }) as Tree;
  for (const image of spec.images ?? []) result = withImage(result, image) as Tree;
  return result;
}

function isTarget(object: Tree, { target = {} }: Patch): boolean {
  const { name, labels = {} } = object['metadata'] as { name: string; labels?: Record<string, string> };
  const [label = '', value] = target.labelSelector?.split('=') ?? [];
  return (
    (target.kind === undefined || target.kind === object['kind']) &&
    (target.name === undefined || target.name === name) &&
    (target.labelSelector === undefined || labels[label] === value)
  );
}

/** A strategic merge; `null` removes. */
function merge(before: unknown, change: unknown, key = ''): unknown {
  if (Array.isArray(before) && Array.isArray(change) && MERGE_KEYS[key] !== undefined) {
    const id = MERGE_KEYS[key];
    const known = new Map((before as Tree[]).map((item) => [item[id], item]));
    const named = new Set((change as Tree[]).map((item) => item[id]));
    // What the patch names comes first.
    return [...(change as Tree[]).map((item) => merge(known.get(item[id]) ?? {}, item)), ...(before as Tree[]).filter((item) => !named.has(item[id]))];
  }
  if (!isTree(before) || !isTree(change)) return isTree(change) ? merge({}, change) : change;
  const result: Tree = { ...before };
  for (const [name, value] of Object.entries(change)) {
    if (value === null) Reflect.deleteProperty(result, name);
    else result[name] = name in before ? merge(before[name], value, name) : isTree(value) ? merge({}, value) : value;
  }
  return result;
}

/** Labels the object and, below its spec, the metadata of every template. */
function labelled(node: unknown, pairs: Record<string, string>, templates: boolean): unknown {
  if (!isTree(node)) return node;
  const own = merge(node, { metadata: { labels: pairs } }) as Tree;
  if (!templates || !isTree(own['spec'])) return own;
  const spec = Object.entries(own['spec']).map(([key, value]) => {
    if (key === 'volumeClaimTemplates') return [key, (value as Tree[]).map((claim) => labelled(claim, pairs, false))];
    return [key, /template$/i.test(key) ? labelled(value, pairs, true) : value];
  });
  return { ...own, spec: Object.fromEntries(spec) as Tree };
}

function withImage(node: unknown, image: { name: string; newName?: string; newTag?: string }): unknown {
  if (Array.isArray(node)) return node.map((item) => withImage(item, image));
  if (!isTree(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (key !== 'image' || typeof value !== 'string') return [key, withImage(value, image)];
      const [name, tag] = value.split(':');
      return [key, name === image.name ? [image.newName ?? name, image.newTag ?? tag].filter((part) => part !== undefined).join(':') : value];
    }),
  );
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readYaml(path: string): Tree {
  return parse(readFileSync(path, 'utf8')) as Tree;
}
