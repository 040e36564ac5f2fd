/**
 * When ISO 4217 list one was published in the state that stands below. Part of what the version of a stage is made of:
 * another table decides every amount anew.
 */
export const CURRENCIES_DATE = '2026-09-17';

/**
 * ISO 4217 as data: never asked of Intl, whose digits are CLDR's, differ from ISO's for some twenty currencies and change
 * from one release of Node to the next.
 *
 * Source: list one (current currency, fund and metal codes) of the maintenance agency, SIX Financial Information, with all
 * amendments up to 180. Key: the digits of the minor unit.
 */
const CURRENT: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU
    CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
    KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP
    TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};

/** Metals, bond units, units of account and test codes of list one: ISO gives them no minor unit, so they hold no amount. */
const WITHOUT_MINOR_UNIT = 'XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX';

/**
 * Codes withdrawn since 1999 (list three), which old invoices and slow exporters still hold. List three has no digits:
 * these are those of the last list one that held the code, as the JDK's table of currencies keeps them.
 */
const WITHDRAWN: Readonly<Record<number, string>> = {
  0: 'ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TPE TRL',
  2: `AFA ANG ATS AZM BGL BGN CSD CUC CYP DEM EEK FIM FRF GHC HRK IEP LTL LVL MRO MTL MZM NLG ROL RUR SDD SIT SKK SLL SRG STD
    TMM USS VEB VEF YUM ZMK ZWD ZWL ZWN ZWR`,
};

const digitsOf = new Map<string, number | undefined>([
  ...[CURRENT, WITHDRAWN].flatMap((table) => Object.entries(table).flatMap(([digits, list]) => codesOf(list).map((code) => [code, Number(digits)] as const))),
  ...codesOf(WITHOUT_MINOR_UNIT).map((code) => [code, undefined] as const),
]);

/** All codes that a currency column takes. */
export const CURRENCIES: ReadonlySet<string> = new Set(digitsOf.keys());

/**
 * The number of decimal places of a currency's minor unit by ISO 4217: EUR and HUF 2, JPY 0, KWD 3, CLF 4. Undefined for
 * what is no code, and for the codes that have no minor unit.
 */
export function minorDigits(currency: string): number | undefined {
  return digitsOf.get(currency);
}

function codesOf(list: string): string[] {
  return list.split(/\s+/);
}
