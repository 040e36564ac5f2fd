import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * Copies the packages that a production install has, with all that they need in turn, and none that only development
 * has: what `npm ci --omit=dev` leaves, without asking the registry.
 */
export function copyProductionPackages(project: string, target: string): void {
  const modules = realpathSync(join(project, 'node_modules'));
  const found = new Map<string, string>();
  const visit = (from: string, { dependencies, optionalDependencies, peerDependencies }: Manifest): void => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const folder = resolvePackage(name, from, modules);
      // Optional packages are for other platforms.
      if (folder === undefined || found.has(folder)) continue;
      found.set(folder, name);
      visit(folder, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest);
    }
  };
  const { dependencies = {} } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as Manifest;
  visit(modules, { dependencies });
  for (const folder of found.keys()) {
    const place = join(target, 'node_modules', folder.slice(modules.length + 1));
    mkdirSync(dirname(place), { recursive: true });
    cpSync(folder, place, { recursive: true, filter: (path) => !isLeftOut(path.slice(folder.length)) });
  }
}

/** As Node looks for it: upwards from the package that asks. */
function resolvePackage(name: string, from: string, modules: string): string | undefined {
  for (let folder = from; folder.length >= modules.length; folder = dirname(folder)) {
    const candidate = folder === modules ? join(modules, name) : join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  }
  return undefined;
}

/** Nested packages are copied on their own; the rest the image deletes too. */
function isLeftOut(path: string): boolean {
  return path.startsWith(`${sep}node_modules`) || /\.(map|md|d\.[mc]?ts)$/.test(path) || /better-sqlite3.*[/\\](deps|src)$/.test(path);
}
