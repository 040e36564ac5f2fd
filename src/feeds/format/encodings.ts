import { TextDecoder } from 'node:util';

/** The encodings of exports that are named in messages; every label of the Encoding Standard is taken. */
export const KNOWN_ENCODINGS: readonly string[] = ['utf-8', 'utf-16le', 'utf-16be', 'iso-8859-1', 'iso-8859-2', 'iso-8859-15', 'windows-1250', 'windows-1251', 'windows-1252', 'macintosh', 'shift_jis', 'euc-jp', 'euc-kr', 'gb18030', 'big5'];

/** True for a label of an encoding that this Node can decode. */
export function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

/** True for labels of UTF-8, which is read as hub reads its own files. */
export function isUtf8Label(label: string): boolean {
  return new TextDecoder(label).encoding === 'utf-8';
}
