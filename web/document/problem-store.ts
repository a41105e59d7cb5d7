import { create } from 'zustand';
import { noProblems, type ProblemIndex } from './problems.ts';

/** What is wrong with the draft now. Follows the draft by a moment, because checking takes one. */
export const useProblems = create<ProblemIndex>(() => noProblems);
