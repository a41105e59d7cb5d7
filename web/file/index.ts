/** Door of `file`: how a scenario gets in and out of the page, and stays over a reload. */
export { linkFragment, readFragment } from './share-link.ts';
export { forgetDraft, keepDraft, loadDraft, putAside, takeBack } from './drafts.ts';
export { download, pickFile, readFile, type PickedFile } from './local-files.ts';
