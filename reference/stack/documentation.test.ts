import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { endpointVariables } from '../endpoints/index.ts';
import { defaultPortBase, portBaseVariable, portBlocks } from './ports.ts';
import { jarsVariable } from './jars.ts';
import { stackParts } from './process-spec.ts';
import { profiles } from './profile.ts';
import { runDirectoryVariable } from './run-directory.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const page = read('../../docs/reference.md');

/** Cells of the rows whose number of columns fits. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('docs/reference.md', () => {
  it('has every port', () => {
    const shown = rows.filter((row) => row.length === 3 && /^\d+$/.test(row[0]!) && /^\d+$/.test(row[1]!));
    const known = Object.values(portBlocks).map(({ offset, count, what }) => [
      String(offset),
      String(count),
      what,
    ]);
    expect(shown).toEqual(known);
    expect(page).toContain(`default ${String(defaultPortBase)}`);
  });

  it('has every variable and every part', () => {
    for (const name of [
      portBaseVariable,
      runDirectoryVariable,
      jarsVariable,
      ...Object.values(endpointVariables),
    ])
      expect(page).toContain(`\`${name}\``);
    for (const part of stackParts) expect(page).toContain(`\`${part}\``);
  });

  it('has the versions that are fetched', () => {
    for (const [set, artifact] of [
      ['cassandra', 'cassandra-all'],
      ['kafka', 'kafka_2.13'],
      ['object-store', 's3proxy'],
    ] as const) {
      const version = new RegExp(`<artifactId>${artifact}</artifactId>\\s*<version>([^<]+)<`).exec(
        read(`jars/${set}/pom.xml`),
      )![1]!;
      expect(page).toContain(`| ${version} `);
    }
  });

  it('has the numbers of the profiles', () => {
    for (const { name, redisShards, replicationFactor, minimumInSyncReplicas } of Object.values(profiles)) {
      const row = rows.find((cells) => cells[0] === `\`${name}\``)!;
      expect(row.slice(1, 3)).toEqual([
        String(replicationFactor),
        `${String(replicationFactor)}, ${String(minimumInSyncReplicas)}`,
      ]);
      expect(page).toContain(`${String(redisShards)} + ${String(redisShards)}`);
    }
  });
});

describe('the table of ports', () => {
  it('gives no port to two uses', () => {
    const used = Object.values(portBlocks).flatMap(({ offset, count }) =>
      Array.from({ length: count }, (_, index) => offset + index),
    );
    expect(new Set(used).size).toBe(used.length);
  });
});
