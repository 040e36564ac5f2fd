import { HubError } from '../core/errors.ts';
import { didYouMean } from '../core/text/nearest.ts';
import { isServiceVariable } from '../core/service-variables.ts';

/** What the tests of the project read. */
const OF_TESTS = /^HUB_TEST_/;

/** Names that variables may have. */
interface KnownVariables {
  /** Of options and of the configuration. */
  readonly names: ReadonlySet<string>;
  /** Those of confirmations, which the environment cannot give, with the flag. */
  readonly confirmations: ReadonlyMap<string, string>;
}

/**
 * Fails for a variable named HUB_… that hub does not know: one that is misspelt would be silently without effect.
 * @throws HubError usage with the nearest known name; the value, which may be a secret, is not shown
 */
export function requireKnownVariables(environment: ReadonlyMap<string, string>, { names, confirmations }: KnownVariables): void {
  for (const [name, value] of [...environment].sort(([one], [other]) => (one < other ? -1 : 1))) {
    if (names.has(name) || OF_TESTS.test(name) || isServiceVariable(name, value)) continue;
    const flag = confirmations.get(name);
    if (flag !== undefined) {
      throw new HubError('usage', 'confirmation_in_environment', `${name} has no effect: ${flag} confirms one call and is taken from its command line only.`, {
        nextStep: `Remove ${name} from the environment, and give ${flag} where it is meant.`,
      });
    }
    throw new HubError('usage', 'unknown_variable', `There is no variable ${name}.`, {
      nextStep: `${didYouMean(name, names)}Variables that begin with HUB_ are hub's own: correct the name, or remove it.`,
    });
  }
}
