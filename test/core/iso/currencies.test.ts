import { describe, expect, test } from '@jest/globals';

import { CURRENCIES, CURRENCIES_DATE, minorDigits } from '../../../src/core/iso/currencies.ts';

/** ISO 4217 list one as published on 2026-09-17, code by code with its minor unit; `-` where the list says N.A. */
const LIST_ONE = `
  AED2 AFN2 ALL2 AMD2 AOA2 ARS2 AUD2 AWG2 AZN2 BAM2 BBD2 BDT2 BHD3 BIF0 BMD2 BND2 BOB2 BOV2 BRL2 BSD2 BTN2 BWP2 BYN2
  BZD2 CAD2 CDF2 CHE2 CHF2 CHW2 CLF4 CLP0 CNY2 COP2 COU2 CRC2 CUP2 CVE2 CZK2 DJF0 DKK2 DOP2 DZD2 EGP2 ERN2 ETB2 EUR2
  FJD2 FKP2 GBP2 GEL2 GHS2 GIP2 GMD2 GNF0 GTQ2 GYD2 HKD2 HNL2 HTG2 HUF2 IDR2 ILS2 INR2 IQD3 IRR2 ISK0 JMD2 JOD3 JPY0
  KES2 KGS2 KHR2 KMF0 KPW2 KRW0 KWD3 KYD2 KZT2 LAK2 LBP2 LKR2 LRD2 LSL2 LYD3 MAD2 MDL2 MGA2 MKD2 MMK2 MNT2 MOP2 MRU2
  MUR2 MVR2 MWK2 MXN2 MXV2 MYR2 MZN2 NAD2 NGN2 NIO2 NOK2 NPR2 NZD2 OMR3 PAB2 PEN2 PGK2 PHP2 PKR2 PLN2 PYG0 QAR2 RON2
  RSD2 RUB2 RWF0 SAR2 SBD2 SCR2 SDG2 SEK2 SGD2 SHP2 SLE2 SOS2 SRD2 SSP2 STN2 SVC2 SYP2 SZL2 THB2 TJS2 TMT2 TND3 TOP2
  TRY2 TTD2 TWD2 TZS2 UAH2 UGX0 USD2 USN2 UYI0 UYU2 UYW4 UZS2 VED2 VES2 VND0 VUV0 WST2 XAD2 XAF0 XAG- XAU- XBA- XBB-
  XBC- XBD- XCD2 XCG2 XDR- XOF0 XPD- XPF0 XPT- XSU- XTS- XUA- XXX- YER2 ZAR2 ZMW2 ZWG2
`;
/** Codes of list three, withdrawn since 1999, with the minor unit that list one gave them last. */
const LIST_THREE = `
  ADP0 AFA2 ANG2 ATS2 AZM2 BEF0 BGL2 BGN2 BYB0 BYR0 CSD2 CUC2 CYP2 DEM2 EEK2 ESP0 FIM2 FRF2 GHC2 GRD0 HRK2 IEP2 ITL0
  LTL2 LUF0 LVL2 MGF0 MRO2 MTL2 MZM2 NLG2 PTE0 ROL2 RUR2 SDD2 SIT2 SKK2 SLL2 SRG2 STD2 TMM2 TPE0 TRL0 USS2 VEB2 VEF2
  YUM2 ZMK2 ZWD2 ZWL2 ZWN2 ZWR2
`;

function listed(list: string): [code: string, digits: number | undefined][] {
  return list.trim().split(/\s+/).map((word) => [word.slice(0, 3), word[3] === '-' ? undefined : Number(word[3])]);
}

describe('the table of currencies', () => {
  test('is ISO 4217 whole: every code of list one, and those withdrawn since 1999, with their digits', () => {
    const all = [...listed(LIST_ONE), ...listed(LIST_THREE)];
    expect(listed(LIST_ONE)).toHaveLength(178);
    expect(all.map(([code]) => [code, minorDigits(code)])).toEqual(all);
    expect([...CURRENCIES].sort()).toEqual(all.map(([code]) => code).sort());
    expect(CURRENCIES_DATE).toBe('2026-09-17');
  });

  test.each<[number, string[]]>([
    [2, ['HUF', 'COP', 'IDR', 'RSD', 'PKR', 'MGA', 'LBP', 'ALL', 'MMK', 'VED', 'XCG', 'SLE', 'ZWG', 'EUR']],
    [0, ['JPY', 'ISK', 'KRW', 'CLP', 'UYI']],
    [3, ['KWD', 'IQD', 'TND']],
    [4, ['CLF', 'UYW']],
  ])('gives %d digits whatever CLDR says', (digits, codes) => {
    expect(codes.map((code) => [code, minorDigits(code)])).toEqual(codes.map((code) => [code, digits]));
  });

  test('gives none to what is no currency, or has no minor unit', () => {
    expect(['XXX', 'XAU', 'XDR', 'ABC', 'eur', '', '€'].map(minorDigits)).toEqual(Array(7).fill(undefined));
  });
});
