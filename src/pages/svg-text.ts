/** What the library writes for its own scripts, for a mouse that points at a chart, and for a file of its own: a page needs none of it. */
const UNUSED = / ecmeta_\w+="[^"]*"| pointer-events="\w+"| class="[^"]*"| xmlns(?::\w+)?="[^"]*"| version="1.1"| baseProfile="full"|<style >.*?<\/style>\s*|<rect [^>]*fill="none"><\/rect>\s*/gs;
/** A bar of no height, where a series has nothing. */
const EMPTY_BAR = /<path d="M[^"lL]*l[^ "]+ 0l0 0l[^"]*" [^>]*><\/path>\s*/g;
const TEXT = /<text ([^>]*)>/g;
const PATH = /<path d="([^"]*)"( [^>]*)><\/path>/g;
const CENTRAL = 'dominant-baseline="central"';

/**
 * The same picture in less text, for a page whose texts have the chart's font and whose style sheet centres those of
 * `svg.mid`. A tenth of a pixel is as fine as a screen can show; what texts have in common stands once; neighbouring
 * shapes that look the same become one.
 *
 * @param font the family that all texts of the page have
 */
export function compactSvg(svg: string, font: string): string {
  const bare = svg.replaceAll(UNUSED, '').replaceAll(EMPTY_BAR, '').replaceAll(`font-family:${font};`, '').replaceAll(/ (?:d|transform)="[^"]*"/g, shortNumbers);
  return joinedPaths(plainTexts(bare)).replaceAll('\n', '');
}

/** `l19.4 0` is `h19.4`, `l0 -5` is `v-5`. */
function shortNumbers(attribute: string): string {
  return attribute
    .replaceAll(/(\.\d)\d+/g, '$1')
    .replaceAll(/l([-\d.]+) 0(?=[A-Za-z"])/g, 'h$1')
    .replaceAll(/l0 ([-\d.]+)(?=[A-Za-z"])/g, 'v$1');
}

/** The attributes that most texts have stand on the picture, from which they inherit them; the others keep their own. */
function plainTexts(svg: string): string {
  const texts = [...svg.matchAll(TEXT)].map(([, attributes = '']) => attributes);
  if (texts.length === 0) return svg;
  const [style, fill] = [commonest(texts, / ?style="([^"]*)"/), commonest(texts, / ?fill="([^"]*)"/)];
  const isMid = texts.every((text) => text.includes(CENTRAL));
  const placed = svg.replaceAll(TEXT, (_, attributes: string) => {
    const own = isMid ? attributes.replace(CENTRAL, '') : attributes;
    return `<text ${atPlace(own.replace(`style="${style}"`, '')).replaceAll(/\s+/g, ' ').trim()}>`;
  });
  // Shapes have a fill of their own: that of the texts cannot reach them.
  return placed.replaceAll(new RegExp(`(<text [^>]*?) ?fill="${fill}"`, 'g'), '$1').replace('<svg ', `<svg ${isMid ? 'class="mid" ' : ''}style="${style}" fill="${fill}" `);
}

function commonest(texts: readonly string[], attribute: RegExp): string {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const value = attribute.exec(text)?.[1] ?? '';
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))[0]?.[0] ?? '';
}

/** A shift of a text is its place. */
function atPlace(attributes: string): string {
  const shift = /transform="translate\(([-\d.]+) ([-\d.]+)\)"/.exec(attributes);
  if (shift === null) return attributes;
  const own = (axis: string): number => Number(new RegExp(`(?:^| )${axis}="([^"]*)"`).exec(attributes)?.[1] ?? 0);
  const [x, y] = [own('x') + Number(shift[1]), own('y') + Number(shift[2])].map((place) => Number(place.toFixed(1)));
  return `${attributes.replace(shift[0], '').replaceAll(/(^| )[xy]="[^"]*"/g, '$1')} x="${x}" y="${y}"`;
}

function joinedPaths(svg: string): string {
  const paths = [...svg.matchAll(PATH)];
  let [text, end] = ['', 0];
  for (let at = 0; at < paths.length; ) {
    const [first, look] = [paths[at], paths[at]?.[2]];
    if (first === undefined) break;
    let [shape, last, next] = [first[1] ?? '', first.index + first[0].length, at + 1];
    for (let other = paths[next]; other !== undefined && other[2] === look && svg.slice(last, other.index).trim() === ''; other = paths[next]) {
      shape += other[1] ?? '';
      last = other.index + other[0].length;
      next++;
    }
    text += `${svg.slice(end, first.index)}<path d="${shape}"${look ?? ''}/>`;
    [end, at] = [last, next];
  }
  return text + svg.slice(end);
}
