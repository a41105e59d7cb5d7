import { describe, expect, it } from 'vitest';
import { arrange, openBuiltin, type DraftNode } from '../document/index.ts';
import { headlineOf } from './headline.ts';
import { lanesOf } from './lanes.tsx';
import { judge } from './wire-draft.ts';
import { wirePath } from './wire-path.ts';

const instagram = openBuiltin('instagram-v2');
if (!instagram.ok) throw new Error('instagram-v2 does not open');
const { design } = instagram.draft;

describe('lanes', () => {
  it('show the five layers of the published design, left to right', () => {
    const lanes = lanesOf(design.nodes);
    expect(lanes.map((lane) => lane.layer)).toEqual([
      'traffic',
      'services',
      'stores',
      'pipeline',
      'delivery',
    ]);
    lanes.forEach((lane, index) => {
      const next = lanes[index + 1];
      if (next) expect(lane.x + lane.width).toBeLessThanOrEqual(next.x);
    });
  });

  it('are not shown when cards stand elsewhere', () => {
    const moved = design.nodes.map((node): DraftNode =>
      node.id === 'feed-service' ? { ...node, position: { x: 1400, y: 300 } } : node,
    );
    expect(lanesOf(moved)).toEqual([]);
  });
});

describe('arranging', () => {
  it('puts callers to the left of what they call, and no card on another', () => {
    const places = arrange(design);
    expect(places.get('api-gateway')!.x).toBeLessThan(places.get('feed-service')!.x);
    expect(places.get('feed-service')!.x).toBeLessThan(places.get('post-db')!.x);
    const all = [...places.values()];
    for (const [at, a] of all.entries()) {
      for (const b of all.slice(at + 1)) {
        expect(Math.abs(a.x - b.x) >= 196 || Math.abs(a.y - b.y) >= 74).toBe(true);
      }
    }
  });
});

describe('wires', () => {
  const at = (x: number, y: number) => ({ x, y, width: 196, height: 74 });

  it('leave the side that faces the other card', () => {
    expect(wirePath(at(0, 0), at(300, 0))).toMatch(/^M196,37/);
    expect(wirePath(at(300, 0), at(0, 0))).toMatch(/^M300,37/);
    expect(wirePath(at(0, 0), at(0, 200))).toMatch(/^M98,74/);
    expect(wirePath(at(0, 200), at(0, 0))).toMatch(/^M98,200/);
  });

  it('go round what stands between when they lead far back', () => {
    expect(wirePath(at(900, 0), at(0, 600))).toContain('Q');
  });

  it('are judged with a reason, and turned round when a stream is drawn against the work', () => {
    expect(judge('FeedService', 'PostDB')).toMatchObject({ ok: true, turned: false });
    expect(judge('FanoutWorker', 'UploadStream')).toMatchObject({ ok: true, turned: true });
    const refused = judge('PostDB', 'ReadClient');
    expect(refused.ok).toBe(false);
    expect(refused.text).toMatch(/\.$/);
  });
});

describe('the figure on a card', () => {
  it('is the one that its kind names, or the nearest that there is', () => {
    expect(headlineOf('FeedCache', { hitRatio: 0.94, utilization: 0.5 })).toEqual({
      label: 'hit ratio',
      text: '94 %',
    });
    expect(headlineOf('ImageWorker', { 'backlog.mean': 1200 })).toEqual({ label: 'backlog', text: '1.2K' });
    expect(headlineOf('FeedCache', { utilization: 0.5 })).toEqual({ label: 'utilisation', text: '50 %' });
    expect(headlineOf('FeedCache', {})).toBeNull();
  });
});
