/** A command of a page with the output that it shows there. */
export interface Example {
  readonly command: string;
  readonly shown: readonly string[];
}

const OUTPUT_OF = /^<!-- output of: (.+) -->$/;
const ANY_LINES = '…';

/** The examples of a Markdown text in order: `$ command` lines of console blocks, and blocks after an "output of" comment. */
export function readExamples(markdown: string): Example[] {
  const examples: { command: string; shown: string[] }[] = [];
  let announced: string | undefined;
  let block: 'console' | 'output' | 'other' | undefined;
  for (const line of markdown.split('\n')) {
    const comment = OUTPUT_OF.exec(line)?.[1];
    if (comment !== undefined) {
      announced = comment;
    } else if (line.startsWith('```')) {
      if (block !== undefined) block = undefined;
      else block = line === '```console' ? 'console' : announced === undefined ? 'other' : 'output';
      if (block === 'output' && announced !== undefined) examples.push({ command: announced, shown: [] });
      if (block !== undefined) announced = undefined;
    } else if (block === 'console' && line.startsWith('$ ')) {
      examples.push({ command: line.slice(2), shown: [] });
    } else if (block === 'console' || block === 'output') {
      examples.at(-1)?.shown.push(line);
    }
  }
  return examples;
}

/** True if the output is what is shown, but for run ids, times and durations; a line `…` stands for any lines. */
export function matchesShown(shown: readonly string[], output: string): boolean {
  return matchLines(shown.map(normalise).filter((line) => line !== ''), output.split('\n').map(normalise).filter((line) => line !== ''));
}

/** A line without what differs from run to run. */
function normalise(line: string): string {
  return line
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{8}/g, '<run>')
    .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, '<time>')
    .replace(/\b\d+ ms\b|\b\d+\.\d s\b/g, '<duration>')
    .replace(/─+/g, '─')
    .replace(/\s+/g, ' ')
    .trim();
}

function matchLines(shown: readonly string[], output: readonly string[]): boolean {
  const [next, ...rest] = shown;
  if (next === undefined) return output.length === 0;
  if (next === ANY_LINES) return output.some((_, index) => matchLines(rest, output.slice(index))) || rest.length === 0;
  const [line, ...others] = output;
  if (line === undefined) return false;
  const same = next.endsWith(ANY_LINES) ? line.startsWith(next.slice(0, -1).trim()) : line === next;
  return same && matchLines(rest, others);
}
