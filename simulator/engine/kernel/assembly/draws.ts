/** Draws of a frame and what is made of them (random.ts, distribution.ts). */
import { F_KEY0, F_KEY1 } from './frames';
import { samplers } from './places';

/** Streams of the keys of children and of roots; set by `configure`. */
export let childStream0: i32 = 0;
export let childStream1: i32 = 0;
export let rootStream0: i32 = 0;
export let rootStream1: i32 = 0;

export function configure(child0: i32, child1: i32, root0: i32, root1: i32): void {
  childStream0 = child0;
  childStream1 = child1;
  rootStream0 = root0;
  rootStream1 = root1;
}

// @ts-ignore: decorator
@inline
export function draw(key0: i32, key1: i32, stream: i32, index: i32): i32 {
  let h: i32 = key0 + stream + index * -1640531535;
  h ^= h >>> 17;
  h = (h * -312814405) ^ key1;
  h ^= h >>> 11;
  h = h * -1404298415;
  h ^= h >>> 15;
  h = h * 830770091;
  return h ^ (h >>> 14);
}

export const TWO_TO_MINUS_32: f64 = 2.3283064365386963e-10;

// @ts-ignore: decorator
@inline
export function unsigned(draw: i32): f64 {
  return <f64>(<u32>draw);
}

/** The draw as a number between 0 and 1. */
// @ts-ignore: decorator
@inline
export function uniform(draw: i32): f64 {
  return (unsigned(draw) + 0.5) * TWO_TO_MINUS_32;
}

/** The draw as one of 0 to count - 1: floor(draw x 2^-32 x count), which is exact there for counts up to 2^21. */
// @ts-ignore: decorator
@inline
export function scaled(draw: i32, count: i32): i32 {
  return <i32>((<u64>(<u32>draw) * <u64>count) >>> 32);
}

// @ts-ignore: decorator
@inline
export function ownDraw(f: usize, stream: i32, index: i32): i32 {
  return draw(load<i32>(f, F_KEY0), load<i32>(f, F_KEY1), stream, index);
}

/** Samplers, 16 bytes each: constant ns or -1 (float64), address of the table. */
// @ts-ignore: decorator
@inline
export function constantOf(sampler: i32): f64 {
  return load<f64>(samplers + (<usize>sampler << 4));
}

export function sampleFrom(sampler: i32, draw: i32): f64 {
  const octave = clz(draw);
  const shifted = octave === 32 ? draw : draw << octave;
  const cell = (octave << 5) | ((shifted >>> 26) & 31);
  const at = <usize>load<i32>(samplers + (<usize>sampler << 4), 8) + (<usize>cell << 4);
  return floor(load<f64>(at) + load<f64>(at, 8) * <f64>(shifted & 0x3ffffff) + 0.5);
}
