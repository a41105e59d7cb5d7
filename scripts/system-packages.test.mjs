import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensurePrograms, findProgram } from './system-packages.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanout-lab-programs-'));
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function program(name, mode = 0o755) {
  writeFileSync(join(folder, name), '#!/bin/sh\n');
  chmodSync(join(folder, name), mode);
}

describe('programs of the system', () => {
  it('are found where the shell would find them, when they may be run', () => {
    program('some-server');
    program('some-text', 0o644);
    expect(findProgram('some-server')).toBe(join(folder, 'some-server'));
    expect(findProgram('some-text')).toBeUndefined();
    expect(findProgram('no-such-server')).toBeUndefined();
  });

  it('that are there cost nothing', () => {
    program('some-server');
    expect(ensurePrograms({ 'some-server': 'some-package' })).toBeNull();
  });

  it('that are not there are named with the command, where nothing may be installed', () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    program('some-server');
    const missing = ensurePrograms({ 'some-server': 'a', 'no-such-server': 'b', 'no-such-tool': 'c' });
    expect(missing).toContain('no-such-server, no-such-tool');
    expect(missing).toContain('As root: apt-get install -y --no-install-recommends b c');
  });
});
