/** What the library writes for its own scripts, and for a mouse that points at a chart: a page without a script needs none of it. */
const UNUSED = / ecmeta_\w+="[^"]*"| pointer-events="\w+"| class="[^"]*"|<style >.*?<\/style>\s*/gs;
/** A bar of no height, where a series has nothing. */
const EMPTY_BAR = /<path d="M[^"lL]*l[^ "]+ 0l0 0l[^"]*" [^>]*><\/path>\s*/g;
const TEXT_STYLE = /(<text [^>]*?)style="([^"]*)"/g;
const PATH = /<path d="([^"]*)"( [^>]*)><\/path>/g;

/**
 * The same picture in less text. A tenth of a pixel is as fine as a screen can show; what all texts have in common stands
 * once; neighbouring shapes that look the same become one.
 */
export function compactSvg(svg: string): string {
  const bare = svg.replaceAll(UNUSED, '').replaceAll(EMPTY_BAR, '').replaceAll(/ (?:d|transform)="[^"]*"/g, shortNumbers);
  return joinedPaths(oneTextStyle(bare)).replaceAll('\n', '');
}

/** `l19.4 0` is `h19.4`, `l0 -5` is `v-5`. */
function shortNumbers(attribute: string): string {
  return attribute
    .replaceAll(/(\.\d)\d+/g, '$1')
    .replaceAll(/l([-\d.]+) 0(?=[A-Za-z"])/g, 'h$1')
    .replaceAll(/l0 ([-\d.]+)(?=[A-Za-z"])/g, 'v$1');
}

/** The style of most texts stands on the picture, the others keep their own. */
function oneTextStyle(svg: string): string {
  const counts = new Map<string, number>();
  for (const [, , style = ''] of svg.matchAll(TEXT_STYLE)) counts.set(style, (counts.get(style) ?? 0) + 1);
  const [common] = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))[0] ?? [];
  if (common === undefined) return svg;
  const bare = svg.replaceAll(TEXT_STYLE, (text, before: string, style: string) => (style === common ? before.trimEnd() + ' ' : text));
  return bare.replace('<svg ', `<svg style="${common}" `);
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
    text += `${svg.slice(end, first.index)}<path d="${shape}"${look ?? ''}></path>`;
    [end, at] = [last, next];
  }
  return text + svg.slice(end);
}
