import type { z } from 'zod';

import { HubError } from '../../core/errors.ts';
import { issuePath, readYaml } from '../../core/text/yaml-text.ts';

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
  const { faults, content, lineOf } = readYaml(text);
  if (faults.length > 0) throw rulesInvalid(faults.map((fault) => ({ file, ...fault })));
  const result = schema.safeParse(content);
  if (!result.success) {
    throw rulesInvalid(result.error.issues.map((issue) => ({ file, line: lineOf(issuePath(issue)), message: describe(issue) })));
  }
  return { file, spec: result.data, lineOf: (path) => lineOf(path) };
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

function describe(issue: z.core.$ZodIssue): string {
  const key = issue.path.filter((part) => typeof part === 'string').join('.');
  return key === '' ? issue.message : `${key}: ${issue.message}`;
}
