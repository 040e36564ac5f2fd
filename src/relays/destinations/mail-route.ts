import { sha256Hex } from '../../core/hash.ts';
import { validEmail } from '../../core/text/email.ts';
import type { MailServer } from '../../net/smtp.client.ts';

const VARIABLE = /\$\{([A-Z][A-Z0-9_]*)\}/g;
const PORTS: Readonly<Record<string, number>> = { 'smtps:': 465, 'smtp:': 587 };
const NAMED = /^[^<>\r\n"]*<([^<>\s]+)>$/;
/** A password that stands in the file itself. */
const PLAIN_PASSWORD = /:\/\/[^/@]*:(?!\$\{)[^/@]+@/;

/**
 * The addresses to which mails go, as they are written; a variable may hold several, with commas between them.
 * @param valueOf '' for a variable that is not set
 */
export function addressTexts(to: readonly string[], valueOf: (variable: string) => string): string[] {
  const texts = to.flatMap((entry) => entry.replace(VARIABLE, (_, name: string) => valueOf(name)).split(','));
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

/** The addresses that mail can reach, each once, by the SHA-256 of it in lower case. */
export function addressesOf(texts: readonly string[]): Map<string, string> {
  const valid = texts.flatMap((text) => validEmail(text) ?? []);
  return new Map(valid.map((address) => [sha256Hex(address), address]));
}

/** What is wrong with an address that mails come from (`hub@shop.example`, `Hub <hub@shop.example>`); undefined if nothing is. */
export function senderProblem(from: string): string | undefined {
  return validEmail(NAMED.exec(from)?.[1] ?? from) === undefined ? 'is no address; write hub@shop.example or Hub <hub@shop.example>' : undefined;
}

/** The domain of a sender. */
export function domainOf(from: string): string {
  return (NAMED.exec(from)?.[1] ?? from).trim().toLowerCase().replace(/^.*@/, '');
}

/**
 * A mail server, or what is wrong with its URL; nothing of its value is repeated.
 * @param template as it stands in the file
 * @param url with the values of its variables
 */
export function mailServerOf(template: string, url: string): MailServer | { readonly problem: string } {
  if (PLAIN_PASSWORD.test(template)) return { problem: 'holds a password; take it from the environment: smtps://${HUB_SMTP_USER}:${HUB_SMTP_PASSWORD}@host' };
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return { problem: 'is no URL' };
  }
  const port = PORTS[parsed.protocol];
  if (port === undefined) return { problem: 'must begin with smtps:// or smtp://' };
  if (parsed.hostname === '') return { problem: 'names no host' };
  if (!/^\/?$/.test(parsed.pathname) || parsed.search !== '' || parsed.hash !== '') return { problem: 'must end with the host and its port' };
  try {
    const user = parsed.username === '' ? undefined : decodeURIComponent(parsed.username);
    const password = user === undefined ? undefined : decodeURIComponent(parsed.password);
    return { host: parsed.hostname.replace(/^\[|\]$/g, ''), port: parsed.port === '' ? port : Number(parsed.port), isImplicitTls: parsed.protocol === 'smtps:', user, password };
  } catch {
    return { problem: 'has a % that encodes nothing in its user or password; write it %25' };
  }
}

/** A mail server as it may be shown: without user and password. */
export function shownServer({ host, port, isImplicitTls }: MailServer): string {
  return `${isImplicitTls ? 'smtps' : 'smtp'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
