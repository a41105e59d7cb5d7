/**
 * Who may import whom (docs/architecture.md). Folders with a door: each top-level folder, each folder
 * directly inside web and reference, simulator/statistics, simulator/theory and scenarios/sampling. From outside only
 * their index.ts may be imported. The other folders of simulator are one machine taken apart: the
 * compiler, the engine, its stations and the components know each other's files.
 */
const test = String.raw`\.(test|bench)\.tsx?$`;
const layers = '^(scenarios|simulator|reference|web|cli)/';

/** Imports from `layer` may only reach the listed layers of ours. */
const layer = (name, allowed, comment) => ({
  name: `layer-${name}`,
  comment,
  severity: 'error',
  from: { path: `^${name}/` },
  to: { path: layers, pathNot: `^(${[name, ...allowed].join('|')})/` },
});

export default {
  forbidden: [
    layer('scenarios', [], 'scenarios imports nothing of ours.'),
    layer('simulator', ['scenarios'], 'simulator imports scenarios only.'),
    layer('web', ['scenarios', 'simulator'], 'web talks to reference over HTTP only, and never to cli.'),
    layer('reference', ['scenarios', 'simulator'], 'reference knows neither web nor cli.'),
    {
      name: 'reference-services',
      comment: 'Services and load generator are the real thing: they know scenarios, not the simulator.',
      severity: 'error',
      from: { path: '^reference/(services|load)/' },
      to: { path: '^simulator/' },
    },
    {
      name: 'top-level-door',
      comment: 'Nobody reaches past the index.ts of another top-level folder, or of a folder inside it.',
      severity: 'error',
      from: { path: '^(scenarios|simulator|reference|web|cli)/' },
      to: {
        path: layers,
        pathNot: ['^$1/', String.raw`^[^/]+/index\.ts$`, String.raw`^[^/]+/[^/]+/index\.ts$`],
      },
    },
    {
      name: 'inner-door',
      comment: 'Nobody reaches past the index.ts of a sibling folder.',
      severity: 'error',
      from: { path: '^(web|reference)/([^/]+)/', pathNot: test },
      to: { path: '^$1/[^/]+/', pathNot: ['^$1/$2/', String.raw`^$1/[^/]+/index\.ts$`] },
    },
    {
      name: 'statistics-door',
      comment: 'The engine hands measurements over and knows nothing of what is made of them.',
      severity: 'error',
      from: { path: '^simulator/', pathNot: ['^simulator/(statistics|theory)/', test] },
      to: {
        path: '^simulator/(statistics|theory)/',
        pathNot: String.raw`^simulator/(statistics|theory)/index\.ts$`,
      },
    },
    {
      name: 'statistics-apart',
      comment: 'Statistics and closed forms need nothing of the engine.',
      severity: 'error',
      from: { path: '^simulator/(statistics|theory)/', pathNot: test },
      to: { path: '^simulator/[^/]+/', pathNot: '^simulator/(statistics|theory)/' },
    },
    {
      name: 'sampling-door',
      comment: 'Inside scenarios, the random numbers are behind a door of their own.',
      severity: 'error',
      from: { path: '^scenarios/', pathNot: '^scenarios/sampling/' },
      to: { path: '^scenarios/sampling/', pathNot: String.raw`^scenarios/sampling/index\.ts$` },
    },
    {
      name: 'pure',
      comment: 'scenarios and simulator run anywhere: no Node module, no package but the few named here.',
      severity: 'error',
      from: { path: '^(scenarios|simulator)/', pathNot: test },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'],
        pathNot: '^node_modules/(zod|@noble/hashes)/',
      },
    },
    {
      name: 'react-below-web',
      comment: 'No React outside web.',
      severity: 'error',
      from: { pathNot: '^web/' },
      to: { path: '^node_modules/(react|react-dom|@xyflow|zustand|zundo|recharts|uplot)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared',
      comment: 'A package that is used is in package.json; one that ships is not a development dependency.',
      severity: 'error',
      from: {
        path: '^(scenarios|simulator|reference|web|cli)/',
        // cli/docs formats pages, for those who work on the documentation.
        pathNot: [test, String.raw`\.d\.ts$`, '^cli/docs/', '^web/browser/'],
      },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-import-of-tests',
      severity: 'error',
      from: { pathNot: test },
      to: { path: test },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache|coverage|test-results)/' },
    includeOnly: { path: '^(scenarios|simulator|reference|web|cli|node_modules)/|^[a-z_:/]+$' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
