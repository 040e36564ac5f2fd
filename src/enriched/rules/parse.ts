import type { Document, Node } from 'yaml';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

import { HubError } from '../../core/errors.ts';

/** The text of a rule file with its name, as it stands in messages. */
export interface RuleSource {
  readonly file: string;
  readonly text: string;
}

/** A file that has the right shape, and a way to name the line of any of its parts. */
export interface ParsedFile<Spec> {
  readonly file: string;
  readonly spec: Spec;
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** One thing that is wrong with a rule file. */
export interface RuleProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/**
 * Reads a YAML file and checks its shape.
 *
 * @throws HubError configuration/rules_invalid, which names the file and line of every problem
 */
export function parseFile<Spec>({ file, text }: RuleSource, schema: z.ZodType<Spec>): ParsedFile<Spec> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw rulesInvalid(
      document.errors.map((error) => ({ file, line: lines.linePos(error.pos[0]).line, message: error.message })),
    );
  }
  const lineOf = (path: readonly PropertyKey[]): number => lines.linePos(offsetOf(document, path)).line;
  const result = schema.safeParse(document.toJS());
  if (!result.success) {
    throw rulesInvalid(
      result.error.issues.map((issue) => ({ file, line: lineOf(pathOf(issue)), message: describe(issue) })),
    );
  }
  return { file, spec: result.data, lineOf };
}

/** The one error for rules that cannot be used. */
export function rulesInvalid(problems: readonly RuleProblem[]): HubError {
  const [first] = problems;
  const list = problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n');
  return new HubError('configuration', 'rules_invalid', `The rules cannot be used:\n${list}`, {
    context: { file: first?.file, line: first?.line, problems: problems.length },
    nextStep: 'Correct these lines and run the command again; the comment at the top of each file explains its form.',
  });
}

/** Where the deepest part of the path that exists starts in the file. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node)) return startOf(node);
  }
  return 0;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function pathOf(issue: z.core.$ZodIssue): PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
}

function describe(issue: z.core.$ZodIssue): string {
  const key = issue.path.filter((part) => typeof part === 'string').join('.');
  return key === '' ? issue.message : `${key}: ${issue.message}`;
}
