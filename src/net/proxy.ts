import ipaddr from 'ipaddr.js';

import { HubError } from '../core/errors.ts';
import { literalAddress } from './address.ts';

/** The proxies of an environment, and what is called without one. */
export interface ProxySettings {
  /** For `http:` and `https:`; with user and password, if the proxy wants them. */
  readonly proxies: Readonly<Record<string, string | undefined>>;
  readonly exceptions: readonly string[];
}

/**
 * Reads HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in either case; the lower one counts if both are set, as with curl.
 * @throws HubError configuration if a proxy is no http or https address; it is not shown, as it may hold a password
 */
export function proxySettings(variable: (name: string) => string | undefined): ProxySettings {
  const valueOf = (name: string): string => (variable(name.toLowerCase()) ?? variable(name) ?? '').trim();
  return {
    proxies: { 'http:': proxyAddress('HTTP_PROXY', valueOf('HTTP_PROXY')), 'https:': proxyAddress('HTTPS_PROXY', valueOf('HTTPS_PROXY')) },
    exceptions: valueOf('NO_PROXY').toLowerCase().split(/[\s,]+/).filter((entry) => entry !== ''),
  };
}

/**
 * The proxy through which a URL is called; undefined: without one. Exceptions are `*`, names (with all names below
 * them, with or without a leading dot), addresses and networks (`10.0.0.0/8`), each with a port if only that is meant.
 */
export function proxyFor(url: URL, { proxies, exceptions }: ProxySettings): string | undefined {
  const proxy = proxies[url.protocol];
  if (proxy === undefined) return undefined;
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return exceptions.some((entry) => isException(entry, url.hostname, port)) ? undefined : proxy;
}

function isException(entry: string, hostname: string, port: string): boolean {
  if (entry === '*') return true;
  const address = literalAddress(hostname);
  if (entry.includes('/')) return address !== undefined && ipaddr.isValidCIDR(entry) && isWithin(address, entry);
  const [, host = entry, onlyPort] = /^(.+):(\d+)$/.exec(ipaddr.isValid(entry) ? '' : entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  if (address !== undefined) return literalAddress(host) === address;
  const name = host.replace(/^\*?\./, '');
  return hostname === name || hostname.endsWith(`.${name}`);
}

function isWithin(address: string, network: string): boolean {
  const [parsed, range] = [ipaddr.process(address), ipaddr.parseCIDR(network)];
  return parsed.kind() === range[0].kind() && parsed.match(range);
}

function proxyAddress(name: string, value: string): string | undefined {
  if (value === '') return undefined;
  const address = value.includes('://') ? value : `http://${value}`;
  if (/^https?:\/\//i.test(address) && URL.canParse(address)) return address;
  throw new HubError('configuration', 'invalid_proxy', `${name} is no address of an HTTP proxy.`, {
    nextStep: 'Give http://host:port, with user and password before the host if it wants them, or remove the variable.',
  });
}
