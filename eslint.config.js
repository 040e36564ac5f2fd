import tseslint from 'typescript-eslint';

const advice = {
  Date: 'Use core/time.ts: instants are canonical UTC text, and "now" comes from the Clock that is passed in.',
  parseFloat: 'Use core/decimal.ts or core/money.ts: amounts are exact.',
  Intl: 'Intl follows CLDR and changes with each release of Node, so nothing stored or compared may depend on it: core/iso/currencies.ts, core/iso/countries.ts, compareText, formatCount.',
  console: 'Return the report as the output of the command and messages through the logger.',
};

/** Methods that ask Intl in secret. */
const localeMethods = ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString', 'toLocaleUpperCase', 'toLocaleLowerCase', 'localeCompare'];

const restrictedSyntax = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Only environment.ts reads the environment; take the value from Config.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='round']",
    message: 'Money is rounded half-even by core/money.ts; for durations use core/time.ts.',
  },
  {
    selector: "CallExpression[callee.name='createHash'], CallExpression[callee.name='createHmac']",
    message: 'Hash through core/hash.ts, so that every id and checksum is made in one place.',
  },
  {
    selector: "CallExpression[callee.property.name='ignore'][callee.object.callee.property.name='onConflict']",
    message: 'A server turns errors into warnings with INSERT IGNORE: merge a key column instead, or use dialect.insertMissing.',
  },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'fixtures/lake/', '*.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js', 'bin/*'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  { files: ['*.js', 'bin/*'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['src/**/*.ts', 'migrations/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-globals': ['error', ...Object.entries(advice).map(([name, message]) => ({ name, message }))],
      'no-restricted-properties': [
        'error',
        { object: 'Number', property: 'parseFloat', message: advice.parseFloat },
        ...localeMethods.map((property) => ({ property, message: advice.Intl })),
        { object: 'performance', property: 'now', message: 'Use startTimer of core/time.ts.' },
      ],
      'no-restricted-syntax': ['error', ...restrictedSyntax],
    },
  },
  // The rules of time zones are those of the IANA database, which only Intl has.
  { files: ['src/core/zone.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['src/core/time.ts'], rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' } },
  { files: ['src/core/hash.ts', 'src/core/money.ts', 'src/environment.ts'], rules: { 'no-restricted-syntax': 'off' } },
  // winston's typings export its transports in a form that this rule cannot follow.
  { files: ['src/logger.ts'], rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-member-access': 'off' },
  },
);
