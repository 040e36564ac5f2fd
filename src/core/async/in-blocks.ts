/** As many as make a good packet for a socket, if each is a row of a table. */
const BLOCK = 200;

/** Makes something of each item, a block at a time: work that another program can begin with before all is made. */
export function* inBlocks<Item, Made>(items: Iterable<Item>, make: (item: Item) => Made): Generator<Made[]> {
  let block: Made[] = [];
  for (const item of items) {
    block.push(make(item));
    if (block.length < BLOCK) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}
