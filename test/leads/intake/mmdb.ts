import { writeFileSync } from 'node:fs';

/** A value of a database in MaxMind DB format. */
type Value = string | number | readonly Value[] | { readonly [key: string]: Value };

const NODE_BYTES = 6;
const SEPARATOR = Buffer.alloc(16);
const METADATA = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);

/**
 * Writes a tiny database in MaxMind DB format 2.0, with 24-bit records: networks of IPv4 with what is known of them.
 * @see https://maxmind.github.io/MaxMind-DB/
 */
export function writeMmdb(file: string, networks: Readonly<Record<string, Value>>, { type = 'Test-City', builtAt = new Date() } = {}): string {
  // Each node has two branches: another node, or data (a negative offset minus one), or nothing.
  const nodes: (number | undefined)[][] = [[undefined, undefined]];
  const data: Buffer[] = [];
  let dataLength = 0;
  for (const [network, value] of Object.entries(networks)) {
    const [address = '', length = '32'] = network.split('/');
    const bits = address.split('.').flatMap((part) => Number(part).toString(2).padStart(8, '0').split('').map(Number));
    let at = 0;
    for (const bit of bits.slice(0, Number(length) - 1)) {
      const next = nodes[at]?.[bit] ?? nodes.push([undefined, undefined]) - 1;
      (nodes[at] ?? [])[bit] = next;
      at = next;
    }
    (nodes[at] ?? [])[bits[Number(length) - 1] ?? 0] = -dataLength - 1;
    const encoded = encode(value);
    data.push(encoded);
    dataLength += encoded.length;
  }
  const tree = Buffer.alloc(nodes.length * NODE_BYTES);
  nodes.forEach((branches, node) => {
    [0, 1].forEach((branch) => {
      const target = branches[branch];
      const record = target === undefined ? nodes.length : target < 0 ? nodes.length + SEPARATOR.length - target - 1 : target;
      tree.writeUIntBE(record, node * NODE_BYTES + branch * 3, 3);
    });
  });
  const metadata = { binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: Math.floor(builtAt.getTime() / 1_000), database_type: type, description: { en: 'of a test' }, ip_version: 4, languages: ['en'], node_count: nodes.length, record_size: 24 };
  writeFileSync(file, Buffer.concat([tree, SEPARATOR, ...data, METADATA, encode(metadata)]));
  return file;
}

/** Texts, whole numbers of 32 bits, lists and maps, each shorter than 285. */
function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...(value as readonly Value[]).map(encode)]);
  const entries = Object.entries(value);
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([key, each]) => [encode(key), encode(each)])]);
}

/** Types above 7 stand in a second byte; lengths from 29 on have one of their own. */
function control(type: number, length: number): Buffer {
  const size = length < 29 ? length : 29;
  const first = type <= 7 ? [(type << 5) | size] : [size, type - 7];
  return Buffer.from([...first, ...(length < 29 ? [] : [length - 29])]);
}
