import { HubError } from '../core/errors.ts';
import type { TextLine } from '../core/text/text-lines.ts';

/** A terminal as far as it is needed here. */
export interface Terminal {
  setRawMode(raw: boolean): unknown;
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  off(event: 'data', listener: (bytes: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

const [END_OF_TEXT, END_OF_FILE, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\b', '\u007f'];

/**
 * A value that must not be seen: asked for without echo on a terminal, else read from standard input to its end, without the
 * last line break.
 * @throws HubError usage if it is no text
 */
export async function hiddenInput(question: string, piped: AsyncIterable<TextLine>): Promise<string> {
  if (process.stdin.isTTY) return promptHidden(process.stdin, (text) => process.stderr.write(text), question);
  const lines: string[] = [];
  for await (const line of piped) {
    if (!('text' in line)) throw new HubError('usage', 'unreadable_input', `Standard input holds no text: ${line.problem}.`, { nextStep: 'Give the value as UTF-8.' });
    lines.push(line.text);
  }
  while (lines.at(-1) === '') lines.pop();
  return lines.join('\n');
}

/** Reads one line from a terminal that shows nothing of it. @throws HubError interrupted at Ctrl-C */
export function promptHidden(terminal: Terminal, write: (text: string) => void, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let value = '';
    const end = (): void => {
      terminal.off('data', take);
      terminal.setRawMode(false);
      terminal.pause();
      write('\n');
    };
    const take = (bytes: Buffer): void => {
      for (const character of bytes.toString()) {
        if (character === END_OF_TEXT) {
          end();
          reject(new HubError('interrupted', 'interrupted', 'No value was given.'));
          return;
        }
        if (character === '\r' || character === '\n' || character === END_OF_FILE) {
          end();
          resolve(value);
          return;
        }
        value = character === BACKSPACE || character === DELETE ? Array.from(value).slice(0, -1).join('') : value + character;
      }
    };
    write(question);
    terminal.setRawMode(true);
    terminal.resume();
    terminal.on('data', take);
  });
}
