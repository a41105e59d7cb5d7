/**
 * Elementary functions that give the same bits on every machine.
 *
 * `Math.exp`, `Math.log` and their kin may differ in the last bit between JavaScript engines, and a
 * result file's digest must not. These use only + - * /, square roots and the bits of a double,
 * which IEEE 754 fixes. Each stays within one unit in the last place (tested).
 *
 * exp, expm1, log, log1p and pow follow the algorithms and coefficients of fdlibm 5.3:
 *   Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved.
 *   Permission to use, copy, modify, and distribute this software is freely granted, provided that
 *   this notice is preserved.
 */

const float64 = new Float64Array(1);
const words = new Uint32Array(float64.buffer);
/** Which 32-bit word of a double holds sign and exponent: 1 on little-endian machines. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = 1.4426950408889634;
const TWO_TO_54 = 1.8014398509481984e16;
const EXP_OVERFLOW = 709.782712893384;
const EXP_UNDERFLOW = -745.1332191019411;

function highWord(x: number): number {
  float64[0] = x;
  return words[HIGH]! | 0;
}

function withHighWord(x: number, high: number): number {
  float64[0] = x;
  words[HIGH] = high;
  return float64[0];
}

/** x with the lower 32 bits of its significand cleared. */
function truncated(x: number): number {
  float64[0] = x;
  words[LOW] = 0;
  return float64[0];
}

/** x * 2^k, rounded once; k any integer. */
export function scaleByPowerOfTwo(x: number, k: number): number {
  let scaled = x;
  let rest = k;
  for (; rest > 1023; rest -= 1023) scaled *= 8.98846567431158e307; // 2^1023
  // Steps of 2^-969 keep 53 bits in play until the last multiplication, so that rounding is single.
  for (; rest < -1022; rest += 969) scaled *= 2.004168360008973e-292; // 2^-969
  return scaled * withHighWord(0, (rest + 1023) << 20);
}

/** The correction term of fdlibm's exp for a reduced argument: t - t^2 (P1 + t^2 (P2 + ...)). */
function expCorrection(t: number): number {
  const t2 = t * t;
  return (
    t -
    t2 *
      (0.16666666666666602 +
        t2 *
          (-0.0027777777777015593 +
            t2 * (6.613756321437934e-5 + t2 * (-1.6533902205465252e-6 + t2 * 4.1381367970572385e-8))))
  );
}

/** e^x. */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x > EXP_OVERFLOW) return Infinity;
  if (x < EXP_UNDERFLOW) return 0;
  const magnitude = Math.abs(x);
  if (magnitude < 3.725290298461914e-9) return 1 + x; // 2^-28
  if (magnitude <= 0.34657359027997264) {
    const c = expCorrection(x);
    return 1 - ((x * c) / (c - 2) - x);
  }
  const k =
    magnitude < 1.0397207708399179 ? (x < 0 ? -1 : 1) : Math.trunc(INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5));
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const c = expCorrection(r);
  return scaleByPowerOfTwo(1 - (low - (r * c) / (2 - c) - high), k);
}

/** e^x - 1, exact for small x. */
export function expm1(x: number): number {
  if (x !== x) return x;
  if (x > EXP_OVERFLOW) return Infinity;
  if (x < -38.816242361700624) return -1; // 56 ln 2
  const magnitude = Math.abs(x);
  let reduced = x;
  let correction = 0;
  let k = 0;
  if (magnitude > 0.34657359027997264) {
    k =
      magnitude < 1.0397207708399179 ? (x < 0 ? -1 : 1) : Math.trunc(INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5));
    const high = x - k * LN2_HIGH;
    const low = k * LN2_LOW;
    reduced = high - low;
    correction = high - reduced - low;
  } else if (magnitude < 5.551115123125783e-17) {
    return x;
  }
  const half = 0.5 * reduced;
  const square = reduced * half;
  const r1 =
    1 +
    square *
      (-0.03333333333333313 +
        square *
          (0.0015873015872548146 +
            square *
              (-7.93650757867488e-5 + square * (4.008217827329362e-6 + square * -2.0109921818362437e-7))));
  const t = 3 - r1 * half;
  let e = square * ((r1 - t) / (6 - reduced * t));
  if (k === 0) return reduced - (reduced * e - square);
  e = reduced * (e - correction) - correction;
  e -= square;
  if (k === -1) return 0.5 * (reduced - e) - 0.5;
  if (k === 1) return reduced < -0.25 ? -2 * (e - (reduced + 0.5)) : 1 + 2 * (reduced - e);
  if (k <= -2 || k > 56) return scaleByPowerOfTwo(1 - (e - reduced), k) - 1;
  if (k < 20) return scaleByPowerOfTwo(1 - scaleByPowerOfTwo(1, -k) - (e - reduced), k);
  return scaleByPowerOfTwo(reduced - (e + scaleByPowerOfTwo(1, -k)) + 1, k);
}

/** fdlibm's polynomial of log for s = f / (2 + f): log(1 + f) = f - f^2/2 + s (f^2/2 + R). */
function logPolynomial(s: number): number {
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return odd + even;
}

/** Natural logarithm; NaN below zero, -Infinity at zero. */
export function log(x: number): number {
  if (x !== x || x < 0) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return x;
  let k = 0;
  let scaled = x;
  if (scaled < 2.2250738585072014e-308) {
    k = -54;
    scaled *= TWO_TO_54;
  }
  const high = highWord(scaled);
  const significand = high & 0xfffff;
  // One is added to the exponent from sqrt(2) on, so that f lies in sqrt(1/2) - 1 to sqrt(2) - 1.
  const carry = (significand + 0x95f64) & 0x100000;
  k += (high >> 20) - 1023 + (carry >> 20);
  const f = withHighWord(scaled, significand | (carry ^ 0x3ff00000)) - 1;
  if ((0xfffff & (2 + significand)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
    const near = f * f * (0.5 - 0.3333333333333333 * f);
    return k === 0 ? f - near : k * LN2_HIGH - (near - k * LN2_LOW - f);
  }
  const s = f / (2 + f);
  const r = logPolynomial(s);
  if (((significand - 0x6147a) | (0x6b851 - significand)) > 0) {
    const halfSquare = 0.5 * f * f;
    return k === 0
      ? f - (halfSquare - s * (halfSquare + r))
      : k * LN2_HIGH - (halfSquare - (s * (halfSquare + r) + k * LN2_LOW) - f);
  }
  return k === 0 ? f - s * (f - r) : k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f);
}

/** log(1 + x), exact for small x; NaN below -1. */
export function log1p(x: number): number {
  if (x > -0.29 && x < 0.41) return log1pNearZero(x);
  if (x !== x || x < -1) return NaN;
  if (x === -1) return -Infinity;
  if (x > 1e17) return log(x);
  // log(u) of the rounded sum, plus the first-order effect of what rounding lost.
  const u = 1 + x;
  const lost = x >= 1 ? 1 - (u - x) : x - (u - 1);
  return log(u) + lost / u;
}

function log1pNearZero(x: number): number {
  const halfSquare = 0.5 * x * x;
  const s = x / (2 + x);
  return x - (halfSquare - s * (halfSquare + logPolynomial(s)));
}

/**
 * x^y for x >= 0; NaN for negative x. fdlibm's e_pow: log2(x) to 64 bits in two doubles, times y,
 * then 2^that.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x !== x || y !== y || x < 0) return NaN;
  if (x === 1) return 1;
  if (x === 0) return y > 0 ? 0 : Infinity;
  if (x === Infinity) return y > 0 ? Infinity : 0;
  if (y === Infinity) return x > 1 ? Infinity : 0;
  if (y === -Infinity) return x > 1 ? 0 : Infinity;
  if (y === 1) return x;

  const [logHigh, logLow] = log2InTwoParts(x);
  const yHigh = truncated(y);
  const low = (y - yHigh) * logHigh + y * logLow;
  const high = yHigh * logHigh;
  const exponent = low + high;
  if (exponent > 1024.0000000001) return Infinity;
  if (exponent < -1075.0000000001) return 0;
  return exp2OfTwoParts(high, low);
}

/** log2(x) for positive finite x as a sum of two doubles, the first with its low word cleared. */
function log2InTwoParts(x: number): readonly [number, number] {
  let n = 0;
  let a = x;
  if (a < 2.2250738585072014e-308) {
    a *= 9007199254740992;
    n -= 53;
  }
  let high = highWord(a);
  n += (high >> 20) - 1023;
  const significand = high & 0xfffff;
  high = significand | 0x3ff00000;
  let upper = 0; // whether a is compared with 1.5 rather than with 1
  if (significand > 0x3988e) {
    if (significand < 0xbb67a) {
      upper = 1;
    } else {
      n += 1;
      high -= 0x100000;
    }
  }
  a = withHighWord(a, high);
  const base = upper === 1 ? 1.5 : 1;

  // s = (a - base) / (a + base) in two parts
  const u = a - base;
  const v = 1 / (a + base);
  const s = u * v;
  const sHigh = truncated(s);
  const tHigh = withHighWord(0, ((high >> 1) | 0x20000000) + 0x00080000 + (upper << 18));
  const tLow = a - (tHigh - base);
  const sLow = v * (u - sHigh * tHigh - sHigh * tLow);

  // log(a / base)
  let s2 = s * s;
  let r =
    s2 *
    s2 *
    (0.5999999999999946 +
      s2 *
        (0.4285714285785502 +
          s2 *
            (0.33333332981837743 +
              s2 * (0.272728123808534 + s2 * (0.23066074577556175 + s2 * 0.20697501780033842)))));
  r += sLow * (sHigh + s);
  s2 = sHigh * sHigh;
  const cubicHigh = truncated(3 + s2 + r);
  const cubicLow = r - (cubicHigh - 3 - s2);
  const productHigh = sHigh * cubicHigh;
  const productLow = sLow * cubicHigh + cubicLow * s;
  const pHigh = truncated(productHigh + productLow);
  const pLow = productLow - (pHigh - productHigh);
  const zHigh = 0.9617967009544373 * pHigh;
  const zLow =
    -7.028461650952758e-9 * pHigh + pLow * 0.9617966939259756 + (upper === 1 ? 1.350039202129749e-8 : 0);
  const log2Base = upper === 1 ? 0.5849624872207642 : 0;
  const sumHigh = truncated(zHigh + zLow + log2Base + n);
  return [sumHigh, zLow - (sumHigh - n - log2Base - zHigh)];
}

/** 2^(high + low). */
function exp2OfTwoParts(high: number, low: number): number {
  const n = Math.round(high + low);
  const rest = high - n;
  const t = truncated(low + rest);
  const u = t * 0.6931471824645996;
  const v = (low - (t - rest)) * 0.6931471805599453 + t * -1.904654299957768e-9;
  const z = u + v;
  const w = v - (z - u);
  const c = expCorrection(z);
  const r = (z * c) / (c - 2) - (w + z * w);
  return scaleByPowerOfTwo(1 - (r - z), n);
}

/**
 * Quantile of the standard normal distribution, relative error about 1e-16.
 * `lower` is the probability below, `upper` = 1 - lower; both, so that neither tail loses digits.
 * Source: Wichura, M. J. (1988), Algorithm AS 241 (PPND16), Applied Statistics 37, 477-484.
 */
export function normalQuantile(lower: number, upper: number = 1 - lower): number {
  const q = lower < upper ? lower - 0.5 : 0.5 - upper;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        (((((((r * 2509.0809287301227 + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) *
          r +
          13731.69376550946) *
          r +
          1971.5909503065513) *
          r +
          133.14166789178438) *
          r +
          3.3871328727963665)) /
      (((((((r * 5226.495278852546 + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) *
        r +
        5394.196021424751) *
        r +
        687.1870074920579) *
        r +
        42.31333070160091) *
        r +
        1)
    );
  }
  const tail = q < 0 ? lower : upper;
  if (tail <= 0) return q < 0 ? -Infinity : Infinity;
  const root = Math.sqrt(-log(tail));
  const z = root <= 5 ? normalTailNear(root - 1.6) : normalTailFar(root - 5);
  return q < 0 ? -z : z;
}

function normalTailNear(r: number): number {
  return (
    (((((((r * 0.0007745450142783414 + 0.022723844989269184) * r + 0.2417807251774506) * r +
      1.2704582524523684) *
      r +
      3.6478483247632045) *
      r +
      5.769497221460691) *
      r +
      4.630337846156546) *
      r +
      1.4234371107496835) /
    (((((((r * 1.0507500716444169e-9 + 0.0005475938084995345) * r + 0.015198666563616457) * r +
      0.14810397642748008) *
      r +
      0.6897673349851) *
      r +
      1.6763848301838038) *
      r +
      2.053191626637759) *
      r +
      1)
  );
}

function normalTailFar(r: number): number {
  return (
    (((((((r * 2.0103343992922881e-7 + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r +
      0.026532189526576124) *
      r +
      0.29656057182850487) *
      r +
      1.7848265399172913) *
      r +
      5.463784911164114) *
      r +
      6.657904643501103) /
    (((((((r * 2.0442631033899397e-15 + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r +
      0.0007868691311456133) *
      r +
      0.014875361290850615) *
      r +
      0.1369298809227358) *
      r +
      0.599832206555888) *
      r +
      1)
  );
}
