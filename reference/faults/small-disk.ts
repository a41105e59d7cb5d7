import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountSource } from '../stack/index.ts';

/** Room that a part has on its small disk beside what lies there already. */
const freeBytes = 256 * 2 ** 20;
const fillerName = 'filler';
const fillerBlock = Buffer.alloc(2 ** 20);

/** Whether a small disk can be had, which is found out by having one: root in a container may lack the right. */
export function mayMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'fanout-lab-mount-'));
  try {
    mount(folder, 2 ** 20);
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file system in memory. @throws Error of the command */
function mount(folder: string, sizeBytes: number): void {
  const options = `size=${sizeBytes},mode=700`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, mountSource, folder], { stdio: 'pipe' });
}

/**
 * Moves a folder of a process that is not running to a file system of its own, in memory. Needs root.
 *
 * @returns what fills it, frees it again, and takes it away
 */
export function moveToSmallDisk(folder: string): SmallDisk {
  const aside = `${folder}.aside`;
  renameSync(folder, aside);
  mkdirSync(folder);
  const usedBytes = Number(execFileSync('du', ['-sb', aside], { encoding: 'utf8' }).split('\t')[0]);
  mount(folder, usedBytes + freeBytes);
  cpSync(aside, folder, { recursive: true, preserveTimestamps: true });
  rmSync(aside, { recursive: true });
  return new SmallDisk(folder);
}

export class SmallDisk {
  constructor(private readonly folder: string) {}

  /** Until not a byte is left. */
  fill(): void {
    const filler = openSync(join(this.folder, fillerName), 'a');
    try {
      for (let block = fillerBlock; block.length > 0;) {
        try {
          writeSync(filler, block);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          block = block.subarray(0, Math.floor(block.length / 2));
        }
      }
    } finally {
      closeSync(filler);
    }
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  free(): void {
    rmSync(join(this.folder, fillerName), { force: true });
  }

  /** Also while files on it are open: it goes when they are closed. */
  unmount(): void {
    execFileSync('umount', ['--lazy', this.folder]);
  }
}
