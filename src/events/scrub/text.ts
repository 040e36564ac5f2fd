import { replaceAddresses } from '../../core/text/scrub.ts';
import { decodedUrlText } from '../../core/text/url-text.ts';
import { isPersonal } from './names.ts';
import { withoutNumbers } from './numbers.ts';

/** A text without personal data. */
export interface ScrubbedText {
  readonly text: string;
  /** Names of parameters of addresses of pages that were taken out, as they were written. */
  readonly parameters: readonly string[];
  /** True if something was replaced; what was taken out does not count. */
  readonly isChanged: boolean;
}

/** Each begins only where a run of its characters does: a long text is looked through once, whatever is in it. */
const ADDRESS = /(?<![\p{L}\p{M}\p{N}._+'~!$*^{|}-])[\p{L}\p{M}\p{N}._+'~!$*^{|}-]+@[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+/gu;
/** Something, and what may be parameters. */
const WITH_QUERY = /(?<![^\s?#"'<>])([^\s?#"'<>]*)\?([^\s#"'<>]*)/g;
/** The address of a page: whole, or its path alone. */
const PAGE = /https?:\/\/|(?:^|\()\//i;

export function scrubText(text: string): ScrubbedText {
  const parameters: string[] = [];
  const kept = text.replace(WITH_QUERY, (whole: string, page: string, query: string) => {
    if (!PAGE.test(page)) return whole;
    const left = query.split('&').filter((pair) => {
      const name = pair.split('=', 1)[0] ?? '';
      const isOut = isPersonal(decodedUrlText(name.replaceAll('+', ' ')) ?? name);
      if (isOut) parameters.push(name);
      return !isOut;
    });
    return left.length === 0 ? page : `${page}?${left.join('&')}`;
  });
  const scrubbed = withoutNumbers(replaceAddresses(kept, ADDRESS, '[email]'));
  return { text: scrubbed, parameters, isChanged: scrubbed !== kept };
}
