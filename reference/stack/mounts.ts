import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How the file systems that we mount call themselves in the list of mounts. */
export const mountSource = 'fanout-lab';

/**
 * Folders below `folder` on which one of our file systems is mounted, innermost first.
 *
 * @param mounts as in proc_pid_mounts(5): source, folder, ..., with blanks in octal
 */
export function ownMountsBelow(folder: string, mounts: string): readonly string[] {
  return mounts
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([source]) => source === mountSource)
    .map(([, target]) =>
      target!.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((target) => target.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
}

/** Takes away what a run that was killed left mounted, also while files on it are open. */
export function unmountBelow(folder: string): void {
  for (const target of ownMountsBelow(folder, mountsOfThisMachine()))
    execFileSync('umount', ['--lazy', target], { stdio: 'pipe' });
}

function mountsOfThisMachine(): string {
  try {
    return readFileSync('/proc/self/mounts', 'utf8');
  } catch {
    // Only Linux has it, and only there are disks made small.
    return '';
  }
}
