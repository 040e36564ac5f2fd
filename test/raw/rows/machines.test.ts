import { describe, expect, test } from '@jest/globals';

import { machineReason, type MachineReason } from '../../../src/raw/rows/machines.ts';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';
const reasonOf = (userAgent: string | null, flagged = false, ipAddress: string | null = '192.0.2.1') => machineReason({ flagged, userAgent, ipAddress });

describe('who opened or clicked', () => {
  test.each<[string, MachineReason]>([
    ['Mozilla/5.0', 'apple_proxy'],
    ['Mozilla/5.0 (compatible; Barracuda Sentinel; link check)', 'prefetch'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Slack-LinkPreview', 'prefetch'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0', 'prefetch'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Gmail-content-sampling', 'prefetch'],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/119.0 Safari/537.36', 'bot'],
    ['python-requests/2.31.0', 'bot'],
  ])('%s is a machine: %s', (userAgent, reason) => {
    expect(reasonOf(userAgent)).toBe(reason);
  });

  test.each([
    [IPHONE],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246'],
    ['Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'],
    ['YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html'],
    ['Mozilla/5.0 (Windows NT 10.0; rv:115.0) Gecko/20100101 Thunderbird/115.8.0'],
    ['Outlook-iOS/709.2189947.prod.iphone (3.24.0)'],
  ])('%s is a human, through the program that shows the message', (userAgent) => {
    expect(reasonOf(userAgent)).toBeNull();
  });

  test('the flag of the export decides whatever the user agent says, and its absence decides nothing', () => {
    expect(reasonOf(IPHONE, true)).toBe('export');
    expect(reasonOf('curl/8.5.0', false)).toBe('bot');
  });

  test("Apple's own network is its privacy proxy", () => {
    expect(reasonOf(IPHONE, false, '17.58.100.9')).toBe('apple_proxy');
    expect(reasonOf(IPHONE, false, '170.5.1.9')).toBeNull();
  });

  test('nobody knows of is taken for a human', () => {
    expect(reasonOf(null, false, null)).toBeNull();
  });
});
