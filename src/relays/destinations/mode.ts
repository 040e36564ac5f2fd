/**
 * `post`: the payload as JSON; `get`: a URL with macros; `redirect`: such a URL for a browser, the hub sends nothing;
 * `slack`: a message to an incoming webhook; `smtp`: a mail to each recipient.
 */
export const modes = ['post', 'get', 'redirect', 'slack', 'smtp'] as const;
export type Mode = (typeof modes)[number];
