import type { z } from 'zod';

import { HubError } from '../../core/errors.ts';
import { issuePath, readYaml } from '../../core/text/yaml-text.ts';
import { audienceFileSchema, conditionNames, subscriptionConditionNames, type AudienceFile } from './schema.ts';

/** Something wrong with the file: the path to it, and what it is. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A file of the right shape, and the error for what is wrong with its content. */
export interface ParsedAudiences {
  readonly spec: AudienceFile;
  readonly invalid: (problems: readonly Problem[]) => HubError;
}

/**
 * Reads the declarations of audiences and checks their shape.
 * @throws HubError configuration, naming file, line and key of every problem
 */
export function parseAudiences(file: string, text: string): ParsedAudiences {
  const { faults, content, lineOf } = readYaml(text);
  const [fault] = faults;
  if (fault !== undefined) throw audiencesInvalid(file, [`${file}:${fault.line}: ${fault.message}`]);
  const invalid = (problems: readonly Problem[]): HubError =>
    audiencesInvalid(file, problems.map(({ path, message }) => `${file}:${lineOf(path)}: ${keyOf(path)}${message}`));
  const result = audienceFileSchema.safeParse(content);
  if (result.success) return { spec: result.data, invalid };
  const { issues } = result.error;
  const misspelt = new Set(issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? [issue.path.join('.')] : [])));
  // What a misspelt key leads to is no problem of its own.
  throw invalid(issues.filter((issue) => issue.code !== 'custom' || !misspelt.has(issue.path.join('.'))).map(problemOf));
}

function audiencesInvalid(file: string, problems: readonly string[]): HubError {
  return new HubError('configuration', 'audiences_invalid', `The audiences cannot be used:\n${problems.join('\n')}`, {
    context: { file, problems: problems.length },
    nextStep: 'Correct these lines; the comment at the top of config/audiences.yaml shows every key and condition.',
  });
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  // Of the ways in which a value could have fitted, the one that came furthest says what is wrong.
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors.flat().reduce<z.core.$ZodIssue | undefined>((best, next) => (next.path.length > (best?.path.length ?? -1) ? next : best), undefined);
    if (deepest !== undefined) {
      const inner = problemOf(deepest);
      return { path: [...issue.path, ...inner.path], message: inner.message };
    }
  }
  if (issue.code !== 'unrecognized_keys') return { path: issue.path, message: issue.message };
  const path = issuePath(issue);
  const last = issue.path.at(-1);
  if (last === 'subscription' || last === 'no_subscription') {
    return { path, message: `is no condition on a subscription; there are ${subscriptionConditionNames.join(', ')}` };
  }
  if (issue.path.includes('where') && typeof last === 'number') return { path, message: `is no condition; there are ${conditionNames.join(', ')}` };
  return { path, message: 'is no key that belongs here' };
}

function keyOf(path: readonly PropertyKey[]): string {
  const names = path.filter((part) => typeof part === 'string');
  return names.length === 0 ? '' : `"${names.join('.')}" `;
}
