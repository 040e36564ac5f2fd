import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';

/** Something that keeps a text from being YAML. */
export interface YamlFault {
  readonly line: number;
  readonly message: string;
}

/** The content of a YAML text, and the lines on which its parts stand, counted from 1. */
export interface YamlText {
  /** Empty if the text is YAML; otherwise the content is of no use. */
  readonly faults: readonly YamlFault[];
  readonly content: unknown;
  /** The line on which the value of the deepest part of the path that exists begins; `orElse`, or that of the content, if none of it does. */
  readonly lineOf: (path: readonly PropertyKey[], orElse?: number) => number;
  /** The same for the key, which may stand a line before its value. */
  readonly keyLineOf: (path: readonly PropertyKey[], orElse?: number) => number;
}

/**
 * Reads a YAML text so that whatever is wrong with a part of it can be told with its line. The one place that does.
 * @param told `with-column`: messages on faults tell line and column too, and after a line feed show the place
 */
export function readYaml(text: string, told: 'plainly' | 'with-column' = 'plainly'): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: told === 'with-column' });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const find = (path: readonly PropertyKey[], startOf: typeof valueStart, orElse: number | undefined): number => {
    for (let depth = path.length; depth > 0; depth--) {
      const start = startOf(document, path.slice(0, depth));
      if (start !== undefined) return lineAt(start);
    }
    return orElse ?? lineAt(document.contents?.range[0] ?? 0);
  };
  const faults = document.errors.map(({ pos, message }) => ({ line: lineAt(pos[0]), message }));
  return {
    faults,
    content: faults.length === 0 ? document.toJS() : undefined,
    lineOf: (path, orElse) => find(path, valueStart, orElse),
    keyLineOf: (path, orElse) => find(path, keyStart, orElse),
  };
}

/** The path of a problem that a schema has found: of a key that belongs nowhere, that of the key. */
export function issuePath(issue: { readonly code?: string | undefined; readonly path: readonly PropertyKey[]; readonly keys?: readonly string[] }): PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, ...(issue.keys ?? []).slice(0, 1)] : [...issue.path];
}

function valueStart(document: Document, path: readonly PropertyKey[]): number | undefined {
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyStart(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const key = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1))?.key : undefined;
  return isScalar(key) ? key.range?.[0] : valueStart(document, path);
}
