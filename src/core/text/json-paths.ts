import { afterWhite, decodedString, stringEnd, valueEnd, wholeValue } from './json-scan.ts';

/** Where a value stands: a node of the tree of paths. */
interface Node {
  /** Position among the wanted values; -1 for one that only leads to others. */
  index: number;
  readonly children: Map<string, Node>;
}

const [QUOTE, COMMA, OPEN_BRACE, CLOSE_BRACE, LETTER_N] = [0x22, 0x2c, 0x7b, 0x7d, 0x6e];

/**
 * Cuts the values of some dotted paths out of the text of a JSON object, without making objects of it: numbers keep their
 * digits (`12.50`, `9007199254740993`), texts are decoded, objects and lists stay JSON text, null is null.
 */
export class JsonPaths {
  readonly #root: Node = { index: -1, children: new Map() };
  readonly #count: number;

  /** @param paths such as `customer.email`; a path that leads to another one gives its JSON text too */
  constructor(paths: readonly string[]) {
    this.#count = paths.length;
    for (const [index, path] of paths.entries()) {
      let node = this.#root;
      for (const name of path.split('.')) {
        const next = node.children.get(name) ?? { index: -1, children: new Map<string, Node>() };
        node.children.set(name, next);
        node = next;
      }
      node.index = index;
    }
  }

  /** The values in the order of the paths, null where there is none; undefined if the text is no JSON object. */
  read(text: string): (string | null)[] | undefined {
    const [start] = wholeValue(text) ?? [];
    if (start === undefined || text.charCodeAt(start) !== OPEN_BRACE) return undefined;
    const values = new Array<string | null>(this.#count).fill(null);
    readObject(text, start, this.#root, values);
    return values;
  }
}

/** Reads an object of a checked text; gives where it ends. The last one counts where a name comes twice, as for JSON.parse. */
function readObject(text: string, start: number, node: Node, values: (string | null)[]): number {
  let at = afterWhite(text, start + 1);
  while (text.charCodeAt(at) !== CLOSE_BRACE) {
    const nameEnd = stringEnd(text, at);
    const child = node.children.get(decodedString(text.slice(at, nameEnd)));
    const value = afterWhite(text, afterWhite(text, nameEnd) + 1);
    const end = child === undefined ? valueEnd(text, value) : readValue(text, value, child, values);
    at = afterWhite(text, end);
    if (text.charCodeAt(at) === COMMA) at = afterWhite(text, at + 1);
  }
  return at + 1;
}

function readValue(text: string, start: number, node: Node, values: (string | null)[]): number {
  const code = text.charCodeAt(start);
  const isOpened = code === OPEN_BRACE && node.children.size > 0;
  const end = isOpened ? readObject(text, start, node, values) : valueEnd(text, start);
  if (node.index < 0) return end;
  const token = text.slice(start, end);
  values[node.index] = code === LETTER_N ? null : code === QUOTE ? decodedString(token) : token;
  return end;
}
