import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Math functions that IEEE 754 or ECMAScript define to the last bit, and constants. */
const exactMath =
  'sqrt|floor|ceil|abs|min|max|imul|clz32|fround|trunc|round|sign|PI|E|LN2|LN10|LOG2E|LOG10E|SQRT2|SQRT1_2';

/** Same scenario and seed, same digest on any machine: nothing whose result a platform may choose. */
const reproducible = {
  'no-restricted-globals': [
    'error',
    { name: 'Date', message: 'No wall clock here: the simulated time is the only time.' },
    { name: 'Intl', message: 'Results must not depend on the locale.' },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: `MemberExpression[object.name='Math']:not([computed=false][property.name=/^(${exactMath})$/])`,
      message:
        'Platforms may round this one differently. Take exp, log, pow and the like from scenarios/sampling, random numbers from a keyed stream.',
    },
    {
      selector: ":not(MemberExpression) > Identifier[name='Math']",
      message: 'Name the function: Math.floor(x). An alias would hide inexact ones from this rule.',
    },
    {
      // Whole powers of two are exact everywhere.
      selector: "BinaryExpression[operator='**']:not([left.value=2]), AssignmentExpression[operator='**=']",
      message: 'Platforms may round ** differently. Multiply, or take pow from scenarios/sampling.',
    },
    {
      selector: 'MemberExpression[property.name=/^(localeCompare|toLocaleString)$/]',
      message: 'Results must not depend on the locale.',
    },
  ],
};

export default tseslint.config(
  {
    // The kernel is AssemblyScript, whose compiler checks it.
    ignores: [
      'dist/',
      '.cache/',
      'node_modules/',
      'coverage/',
      'test-results/',
      'simulator/engine/kernel/assembly/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strict],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // Indices into typed arrays are checked by construction in the hot loops.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      // The compiler knows which names exist.
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    files: ['web/**/*.{ts,tsx}'],
    ignores: ['web/browser/**'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['scenarios/**/*.ts', 'simulator/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.bench.ts'],
    rules: reproducible,
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly', setTimeout: 'readonly' },
    },
  },
);
