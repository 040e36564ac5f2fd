import { LineCounter, isMap, isNode, isScalar, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

import { didYouMean } from './nearest.ts';

/** Something wrong at a place of a file. */
export interface Fault {
  /** From 1. */
  readonly line: number;
  /** Names of the keys that lead there, entries of lists by their `id`: `forms.detox-fr.fields.email`. Empty for the whole file. */
  readonly key: string;
  /** The rest of a sentence that begins with the key. */
  readonly message: string;
}

/** The path of a value within a file. */
export type Path = readonly PropertyKey[];

/** A file of YAML whose values know their lines. */
export interface PlacedYaml {
  /** What the file holds; undefined if its syntax is broken. */
  readonly content: unknown;
  readonly syntax: readonly Fault[];
  /** A fault at a path; where the path ends before, at the deepest part that exists. */
  faultAt(path: Path, message: string): Fault;
  /** The faults of a value that zod has refused. @param path where the value stands */
  faultsOf(error: z.ZodError, path: Path): Fault[];
}

/** Reads YAML so that each message about it can name its line; every fault of syntax is named. */
export function parsePlacedYaml(text: string): PlacedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = document.errors.map(({ pos, message }) => ({ line: lines.linePos(pos[0]).line, key: '', message: message.split('\n')[0] ?? '' }));
  const faultAt = (path: Path, message: string): Fault => ({ line: lines.linePos(offsetOf(document, path)).line, key: nameOf(document, path), message });
  return {
    content: syntax.length === 0 ? document.toJS() : undefined,
    syntax,
    faultAt,
    faultsOf: (error, path) => error.issues.flatMap((issue) => issueFaults(issue, path)).map(([at, message]) => faultAt(at, message)),
  };
}

function issueFaults(issue: z.core.$ZodIssue, path: Path): [Path, string][] {
  const at = [...path, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [[...at, key], 'is no key that belongs here']);
  if (issue.code === 'invalid_key') return [[at, issue.issues[0]?.message ?? issue.message]];
  return [[at, issue.message]];
}

/** Where the deepest part of the path that exists starts: a key may stand a line before its value. */
function offsetOf(document: Document, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const key = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === path[depth - 1])?.key : undefined;
    const node = isScalar(key) ? key : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function nameOf(document: Document, path: Path): string {
  return path
    .map((part, index) => {
      const id = typeof part === 'number' ? document.getIn([...path.slice(0, index + 1), 'id']) : undefined;
      return typeof id === 'string' ? id : String(part);
    })
    .join('.');
}

/** The hint for a name that is none of the known ones, as the rest of a sentence. */
export function notDeclared(name: string, known: Iterable<string>, where: string): string {
  return `names "${name}", which is not declared ${where}. ${didYouMean(name, known)}`.trim();
}
