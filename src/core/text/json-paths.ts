import { afterWhite, checkedEnd, checkedStringEnd, decodedString } from './json-scan.ts';

/** Where a value stands: a node of the tree of paths. */
interface Node {
  /** Position among the wanted values; -1 for one that only leads to others. */
  index: number;
  readonly children: Map<string, Node>;
  /** Positions of the wanted values below it. */
  readonly below: number[];
}

const [QUOTE, COMMA, COLON, OPEN_BRACE, CLOSE_BRACE, LETTER_N] = [0x22, 0x2c, 0x3a, 0x7b, 0x7d, 0x6e];

/**
 * Cuts the values of some dotted paths out of the text of a JSON object, without making objects of it: numbers keep their
 * digits (`12.50`, `9007199254740993`), texts are decoded, objects and lists stay JSON text, null is null.
 */
export class JsonPaths {
  readonly #root: Node = { index: -1, children: new Map(), below: [] };
  readonly #count: number;

  /** @param paths such as `customer.email`; a path that leads to another one gives its JSON text too */
  constructor(paths: readonly string[]) {
    this.#count = paths.length;
    for (const [index, path] of paths.entries()) {
      let node = this.#root;
      for (const name of path.split('.')) {
        const next = node.children.get(name) ?? { index: -1, children: new Map<string, Node>(), below: [] };
        node.children.set(name, next);
        node.below.push(index);
        node = next;
      }
      node.index = index;
    }
  }

  /** The values in the order of the paths, null where there is none; undefined if the text is no JSON object. */
  read(text: string): (string | null)[] | undefined {
    const start = afterWhite(text, 0);
    if (text.charCodeAt(start) !== OPEN_BRACE) return undefined;
    const values = new Array<string | null>(this.#count).fill(null);
    const end = readObject(text, start, this.#root, values, 0);
    return end >= 0 && afterWhite(text, end) === text.length ? values : undefined;
  }
}

/**
 * Reads an object and checks it on the way; gives where it ends, or -1 if it is none (RFC 8259). The last one counts where a
 * name comes twice, as for JSON.parse and JsonValue.
 */
function readObject(text: string, start: number, node: Node, values: (string | null)[], depth: number): number {
  let at = afterWhite(text, start + 1);
  if (text.charCodeAt(at) === CLOSE_BRACE) return at + 1;
  for (;;) {
    if (text.charCodeAt(at) !== QUOTE) return -1;
    const nameEnd = checkedStringEnd(text, at);
    if (nameEnd < 0) return -1;
    const child = node.children.get(decodedString(text.slice(at, nameEnd)));
    at = afterWhite(text, nameEnd);
    if (text.charCodeAt(at) !== COLON) return -1;
    at = afterWhite(text, at + 1);
    at = child === undefined ? checkedEnd(text, at, depth + 1) : readValue(text, at, child, values, depth + 1);
    if (at < 0) return -1;
    at = afterWhite(text, at);
    const code = text.charCodeAt(at);
    if (code === CLOSE_BRACE) return at + 1;
    if (code !== COMMA) return -1;
    at = afterWhite(text, at + 1);
  }
}

function readValue(text: string, start: number, node: Node, values: (string | null)[], depth: number): number {
  // What an earlier value of the name held is no part of this one.
  for (const index of node.below) values[index] = null;
  const code = text.charCodeAt(start);
  const isOpened = code === OPEN_BRACE && node.children.size > 0;
  const end = isOpened ? readObject(text, start, node, values, depth) : checkedEnd(text, start, depth);
  if (node.index < 0 || end < 0) return end;
  const token = text.slice(start, end);
  values[node.index] = code === LETTER_N ? null : code === QUOTE ? decodedString(token) : token;
  return end;
}
