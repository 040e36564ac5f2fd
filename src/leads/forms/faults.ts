import type { z } from 'zod';

import { didYouMean } from '../../core/text/nearest.ts';
import { readYaml, type YamlText } from '../../core/text/yaml-text.ts';

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

/** Content of a file, whose faults know their lines. */
export interface PlacedContent {
  readonly content: unknown;
  /** Faults of the syntax; then there is no content. */
  readonly syntax: readonly Fault[];
  /** A fault at a path; where the path ends before, at the deepest part that exists. */
  faultAt(path: Path, message: string): Fault;
  /** The faults of a value that zod has refused. @param path where the value stands */
  faultsOf(error: z.ZodError, path: Path): Fault[];
}

/** Reads YAML so that every fault of it can be named at once, each with its line. */
export function placedContent(text: string): PlacedContent {
  const yaml = readYaml(text);
  const faultAt = (path: Path, message: string): Fault => ({ line: yaml.keyLineOf(path), key: nameOf(yaml, path), message });
  return {
    content: yaml.content,
    syntax: yaml.faults.map(({ line, message }) => ({ line, key: '', message: message.split('\n')[0] ?? '' })),
    faultAt,
    faultsOf: (error, path) => error.issues.flatMap((issue) => issueFaults(issue, path)).map(([at, message]) => faultAt(at, message)),
  };
}

/** The hint for a name that is none of the known ones, as the rest of a sentence. */
export function notDeclared(name: string, known: Iterable<string>, where: string, isHinted = true): string {
  return `names "${name}", which is not declared ${where}. ${isHinted ? didYouMean(name, known) : ''}`.trim();
}

function issueFaults(issue: z.core.$ZodIssue, path: Path): [Path, string][] {
  const at = [...path, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [[...at, key], 'is no key that belongs here']);
  return [[at, issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message]];
}

function nameOf({ content }: YamlText, path: Path): string {
  let value = content;
  return path
    .map((part) => {
      value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined;
      const id = typeof part === 'number' && typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : undefined;
      return typeof id === 'string' ? id : String(part);
    })
    .join('.');
}
