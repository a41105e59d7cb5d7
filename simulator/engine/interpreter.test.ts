import { expect, it } from 'vitest';
import * as frames from './frames.ts';
import { F } from './interpreter.ts';

it('has the layout of frames.ts', () => {
  const layout = Object.entries(F).filter(([name]) => Number.isNaN(Number(name)));
  expect(layout.length).toBeGreaterThan(20);
  for (const [name, value] of layout)
    expect([name, value]).toEqual([name, frames[name as keyof typeof frames]]);
});
