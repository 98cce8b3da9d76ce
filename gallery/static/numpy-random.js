// The random numbers of NumPy's default_rng (SeedSequence and PCG64): the same seed, the same draws.

const MASK64 = (1n << 64n) - 1n;
const MASK128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

function hasher(constant, factor) {
  return (value) => {
    value ^= constant;
    constant = Math.imul(constant, factor);
    value = Math.imul(value, constant);
    return value ^ (value >>> 16);
  };
}

function mix(x, y) {
  const mixed = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y);
  return mixed ^ (mixed >>> 16);
}

// Four 64-bit words from a seed below 2³².
function seedWords(seed) {
  const hash = hasher(0x43b0d7e5, 0x931e8875);
  const pool = [seed, 0, 0, 0].map(hash);
  for (let from = 0; from < 4; from += 1) {
    for (let to = 0; to < 4; to += 1) if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
  }
  const spread = hasher(0x8b51f9dd, 0x58f38ded);
  const words = Array.from({ length: 8 }, (_, i) => BigInt(spread(pool[i % 4]) >>> 0));
  return [0, 2, 4, 6].map((i) => words[i] | (words[i + 1] << 32n));
}

export class Generator {
  constructor(seed) {
    const [high, low, stepHigh, stepLow] = seedWords(seed);
    this.step = ((((stepHigh << 64n) | stepLow) << 1n) | 1n) & MASK128;
    this.state = this.step;
    this.state = (this.state + ((high << 64n) | low)) & MASK128;
    this.advance();
    this.spare = null;
  }

  advance() {
    this.state = (this.state * MULTIPLIER + this.step) & MASK128;
  }

  next64() {
    this.advance();
    const folded = (this.state >> 64n) ^ (this.state & MASK64);
    const turn = this.state >> 122n;
    return ((folded >> turn) | (folded << (64n - turn))) & MASK64;
  }

  next32() {
    if (this.spare !== null) {
      const kept = this.spare;
      this.spare = null;
      return kept;
    }
    const drawn = this.next64();
    this.spare = Number(drawn >> 32n);
    return Number(drawn & 0xffffffffn);
  }

  double() {
    return Number(this.next64() >> 11n) / 2 ** 53;
  }

  // A whole number from 0 to `most`, without bias: draws above it are thrown away.
  upTo(most) {
    if (!most) return 0;
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const drawn = (this.next32() & mask) >>> 0;
      if (drawn <= most) return drawn;
    }
  }

  permutation(values) {
    const shuffled = [...values];
    for (let i = shuffled.length - 1; i > 0; i -= 1) {
      const j = this.upTo(i);
      [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
    }
    return shuffled;
  }

  gumbel() {
    const uniform = 1 - this.double();
    return uniform < 1 ? -Math.log(-Math.log(uniform)) : this.gumbel();
  }
}
