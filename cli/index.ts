/** Door of `cli`, for the tests of the documentation; users enter through main.ts. */
export { generatedPages, type GeneratedPage } from './docs/index.ts';
