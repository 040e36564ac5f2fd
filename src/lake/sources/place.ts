import { HubError } from '../../core/errors.ts';
import type { BatchId } from '../../core/time.ts';
import { decodedUrlText } from '../../core/text/url-text.ts';

/** A stream of one account of a platform: `stripe`, `charges`, `acct_main`. */
export interface SourceFeed {
  readonly platform: string;
  readonly stream: string;
  readonly account: string;
}

/** Where a batch lies. */
export interface BatchPlace extends SourceFeed {
  readonly batch: BatchId;
}

/** `stripe/charges/account=main/`: the folder of a feed. */
export function feedPrefix({ platform, stream, account }: SourceFeed): string {
  return `${encodeName(platform)}/${encodeName(stream)}/account=${encodeName(account)}/`;
}

/** `stripe/charges/account=main/batch=20261128T100003Z/` */
export function batchPrefix(place: BatchPlace): string {
  return `${feedPrefix(place)}batch=${place.batch}/`;
}

/** The name that a folder stands for; undefined if it is none that hub would write. */
export function decodeName(folder: string): string | undefined {
  const name = decodedUrlText(folder);
  return name !== undefined && name !== '' && encodeName(name) === folder ? name : undefined;
}

/** The account of a folder `account=…`. */
export function accountOfFolder(folder: string): string | undefined {
  return folder.startsWith('account=') ? decodeName(folder.slice('account='.length)) : undefined;
}

/** The error of a batch whose files are not what its manifest says. */
export function damagedBatch(place: BatchPlace, what: string, cause?: unknown): HubError {
  const { platform, stream, account, batch } = place;
  return new HubError('refused', 'damaged_batch', `The batch ${batch} of ${platform}/${stream}, account ${account}, is damaged: ${what}.`, {
    context: { platform, stream, account, batch },
    nextStep: `Ask for it again: hub extract --source ${platform} --stream ${stream} --account ${account} --from … --to …`,
    cause,
  });
}

/** The folder of a name: without a slash, and without a dot at its beginning, which would hide it. */
export function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/^\./, '%2E');
}
