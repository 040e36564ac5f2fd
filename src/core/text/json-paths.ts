/** Where a value stands: a node of the tree of paths. */
interface Node {
  /** Position among the wanted values; -1 for one that only leads to others. */
  index: number;
  readonly children: Map<string, Node>;
}

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d, 0x5b, 0x5d];
const [SPACE, LETTER_N] = [0x20, 0x6e];

/** Thrown within the scan: the text is no JSON object. */
class NotJson extends Error {}

/**
 * Cuts the values of some dotted paths out of the text of a JSON object, in one pass and without making objects of it: numbers
 * keep their digits (`12.50`, `9007199254740993`), texts are decoded, objects and lists stay JSON text, null is null.
 */
export class JsonPaths {
  readonly #root: Node = { index: -1, children: new Map() };
  readonly #count: number;
  #text = '';
  #at = 0;
  #values: (string | null)[] = [];

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
    this.#text = text;
    this.#at = 0;
    this.#values = new Array<string | null>(this.#count).fill(null);
    try {
      this.#skipBlanks();
      if (this.#code() !== OPEN_BRACE) return undefined;
      this.#object(this.#root);
      this.#skipBlanks();
      return this.#at === text.length ? this.#values : undefined;
    } catch (error) {
      if (error instanceof NotJson || error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #skipBlanks(): void {
    while (this.#at < this.#text.length && this.#code() <= SPACE) this.#at++;
  }

  #object(node: Node): void {
    this.#at++;
    this.#skipBlanks();
    if (this.#code() === CLOSE_BRACE) {
      this.#at++;
      return;
    }
    for (;;) {
      this.#skipBlanks();
      if (this.#code() !== QUOTE) throw new NotJson();
      const child = node.children.get(this.#string());
      this.#skipBlanks();
      if (this.#code() !== COLON) throw new NotJson();
      this.#at++;
      this.#skipBlanks();
      if (child === undefined) this.#pass();
      else this.#value(child);
      if (!this.#goesOn(CLOSE_BRACE)) return;
    }
  }

  /** Behind a member: true after a comma, false after the end. */
  #goesOn(end: number): boolean {
    this.#skipBlanks();
    const code = this.#code();
    if (code !== COMMA && code !== end) throw new NotJson();
    this.#at++;
    return code === COMMA;
  }

  #value(node: Node): void {
    const start = this.#at;
    const code = this.#code();
    if (code === OPEN_BRACE && node.children.size > 0) {
      this.#object(node);
      this.#put(node, this.#text.slice(start, this.#at));
    } else if (code === QUOTE) {
      this.#put(node, this.#string());
    } else {
      this.#pass();
      this.#put(node, code === LETTER_N ? null : this.#text.slice(start, this.#at));
    }
  }

  /** The last one counts where a name comes twice, as for JSON.parse. */
  #put({ index }: Node, value: string | null): void {
    if (index >= 0) this.#values[index] = value;
  }

  /** The string that begins here, decoded. */
  #string(): string {
    const start = this.#at;
    const end = this.#endOfString();
    const inner = this.#text.slice(start + 1, end);
    this.#at = end + 1;
    return inner.includes('\\') ? (JSON.parse(this.#text.slice(start, end + 1)) as string) : inner;
  }

  /** Where the quote stands that ends the string that begins here. */
  #endOfString(): number {
    let end = this.#text.indexOf('"', this.#at + 1);
    while (end >= 0 && this.#isEscaped(end)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) throw new NotJson();
    return end;
  }

  #isEscaped(at: number): boolean {
    let slashes = 0;
    while (this.#text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    return slashes % 2 === 1;
  }

  /** Passes over a value. */
  #pass(): void {
    const code = this.#code();
    if (code === QUOTE) this.#at = this.#endOfString() + 1;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.#passNested();
    else this.#passScalar();
  }

  #passNested(): void {
    let depth = 0;
    do {
      const code = this.#code();
      if (Number.isNaN(code)) throw new NotJson();
      if (code === QUOTE) this.#at = this.#endOfString();
      else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
      else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
      this.#at++;
    } while (depth > 0);
  }

  #passScalar(): void {
    const start = this.#at;
    for (let code = this.#code(); code > SPACE && code !== COMMA && code !== CLOSE_BRACE && code !== CLOSE_BRACKET; code = this.#code()) this.#at++;
    if (!SCALAR.test(this.#text.slice(start, this.#at))) throw new NotJson();
  }
}

const SCALAR = /^(?:null|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
