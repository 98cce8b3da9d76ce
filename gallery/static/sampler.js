// The Cultural Alien Sampler in plain JavaScript: reads what `cas.browser_weights` writes, runs both
// models and picks. Numbers are added in double precision, so ranks are those of Python.

const version = new URL(import.meta.url).search;
const { Generator } = await import(`./numpy-random.js${version}`);

// Fetches and unpacks the file; `progress` is called with the bytes that have come.
export async function loadSampler(address, progress = () => {}) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  let come = 0;
  const counted = new TransformStream({
    transform(piece, controller) {
      come += piece.length;
      progress(come);
      controller.enqueue(piece);
    },
  });
  const unpacked = answer.body.pipeThrough(counted).pipeThrough(new DecompressionStream("gzip"));
  return new Sampler(await new Response(unpacked).arrayBuffer());
}

export class Sampler {
  constructor(buffer) {
    const size = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
    this.vocabulary = header.vocabulary;
    this.tokens = new Map(header.vocabulary.map((concept, token) => [concept, token]));
    this.presets = header.presets;
    this.fingerprint = header.fingerprint;
    const alphabetical = [...header.vocabulary.keys()].sort((a, b) =>
      header.vocabulary[a] < header.vocabulary[b] ? -1 : 1,
    );
    this.alphabetical = new Map(alphabetical.map((token, place) => [token, place]));
    const { coherence, context } = unpack(buffer, 4 + size, header);
    this.models = { coherence: new Model(coherence), context: new Model(context) };
    this.bases = this.nlls([[]]);
  }

  // Picks for a pool as Python's `sample` does: all candidates, the best first.
  pick(pool, tuning, seed) {
    const tokens = [...new Set(pool.map((concept) => this.token(concept)))];
    if (!tokens.length) throw new Error("The pool is empty.");
    const generator = new Generator(seed);
    const ordered = tokens.toSorted((a, b) => a - b);
    const longest = Math.min(...Object.values(this.models).map((model) => model.positions - 1));
    const orders = Array.from({ length: tuning.permutations }, () =>
      generator.permutation(ordered).slice(0, longest),
    );
    const nlls = this.nlls(orders);
    const proposed = this.proposed(nlls.coherence, new Set(tokens), tuning.floor);
    const keys = this.vocabulary.map((_, token) => {
      const noise = generator.gumbel();
      return proposed.has(token) ? -nlls.coherence[token] / tuning.temperature + noise : -Infinity;
    });
    const drawn = [...proposed].sort((a, b) => keys[b] - keys[a]).slice(0, tuning.candidates);
    return this.ranked(drawn, nlls, tuning);
  }

  token(concept) {
    const token = this.tokens.get(concept);
    if (token === undefined) throw new Error(`The models do not know “${concept}”.`);
    return token;
  }

  // Both models' NLL of every concept as the next one, averaged over the orders.
  nlls(orders) {
    const averaged = (model) => {
      const sums = new Float64Array(this.vocabulary.length);
      for (const row of model.next(orders, sums.length)) {
        for (let token = 0; token < sums.length; token += 1) sums[token] += row[token] / orders.length;
      }
      return sums;
    };
    return { coherence: averaged(this.models.coherence), context: averaged(this.models.context) };
  }

  proposed(coherence, pool, floor) {
    const allowed = this.vocabulary.map((_, token) => token).filter((token) => !pool.has(token));
    if (floor >= 1) return new Set(allowed);
    const size = Math.min(Math.ceil(floor * coherence.length), allowed.length);
    return new Set(allowed.sort((a, b) => coherence[a] - coherence[b] || a - b).slice(0, size));
  }

  ranked(drawn, nlls, tuning) {
    const raised = (name, token) => nlls[name][token] - tuning.calibration * this.bases[name][token];
    const ranks = Object.fromEntries(
      ["coherence", "context"].map((name) => [name, averageRanks(drawn.map((token) => raised(name, token)))]),
    );
    const candidates = drawn.map((token, i) => ({
      concept: this.vocabulary[token],
      fit: ranks.coherence[i],
      usual: ranks.context[i],
      nll: nlls.coherence[token],
      place: this.alphabetical.get(token),
    }));
    return byScore(candidates, tuning.beta);
  }
}

// S = (1 - β)(N - R_coherence) - β(N - R_context), the highest first; ties as in Python.
export function byScore(candidates, beta) {
  const many = candidates.length;
  const score = ({ fit, usual }) => (1 - beta) * (many - fit) - beta * (many - usual);
  return candidates
    .map((candidate) => ({ ...candidate, score: score(candidate) }))
    .sort((a, b) => b.score - a.score || a.nll - b.nll || a.place - b.place);
}

function averageRanks(values) {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to += 1;
    for (let i = from; i < to; i += 1) ranks[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

// Matrices as { rows, columns, data }, vectors as Float32Array, by transformers' names.
function unpack(buffer, start, header) {
  const tensors = Object.entries(header.models).flatMap(([model, shape]) =>
    shape.tensors.map(([name, rows, columns]) => ({ model, name, rows, columns })),
  );
  const weights = tensors.reduce((sum, { rows, columns }) => sum + (columns ? rows * columns : 0), 0);
  const end = buffer.byteLength - 2 * weights;
  const plain = new Float32Array(buffer, start, (end - start) / 4);
  const low = new Uint8Array(buffer, end, weights);
  const high = new Uint8Array(buffer, end + weights, weights);
  const zero = 2 ** (header.bits - 1) - 1;
  const models = Object.fromEntries(
    Object.entries(header.models).map(([name, shape]) => [name, { ...shape, tensors: {} }]),
  );
  let [scaled, level] = [0, 0];
  for (const { model, name, rows, columns } of tensors) {
    const values = plain.subarray(scaled, (scaled += rows));
    if (!columns) {
      models[model].tensors[name] = values;
      continue;
    }
    const data = new Float32Array(rows * columns);
    for (let i = 0; i < data.length; i += 1, level += 1) {
      data[i] = (low[level] + 256 * high[level] - zero) * values[Math.floor(i / columns)];
    }
    models[model].tensors[name] = { rows, columns, data };
  }
  return models;
}

// A GPT-2 that is asked only for what comes next.
class Model {
  constructor({ layers, heads, width, positions, epsilon, tensors }) {
    Object.assign(this, { layers, heads, width, positions, epsilon, tensors });
  }

  // NLLs of the first `concepts` tokens after each of some orders of equal length, in nats.
  *next(orders, concepts) {
    const { width, tensors } = this;
    const length = orders[0].length + 1;
    const tokens = orders.flatMap((order) => [concepts, ...order]); // BOS is the first after them
    let hidden = new Float64Array(tokens.length * width);
    const [embedded, placed] = [tensors["wte.weight"].data, tensors["wpe.weight"].data];
    for (let row = 0; row < tokens.length; row += 1) {
      for (let i = 0; i < width; i += 1) {
        hidden[row * width + i] = embedded[tokens[row] * width + i] + placed[(row % length) * width + i];
      }
    }
    for (let layer = 0; layer < this.layers; layer += 1) {
      hidden = this.layer(hidden, `h.${layer}`, length, layer === this.layers - 1);
    }
    const logits = multiplied(this.normed(hidden, "ln_f"), tensors["wte.weight"]);
    const all = tensors["wte.weight"].rows;
    for (let row = 0; row < orders.length; row += 1) {
      const logit = logits.subarray(row * all, (row + 1) * all);
      const most = logit.reduce((a, b) => Math.max(a, b), -Infinity);
      const total = most + Math.log(logit.reduce((sum, one) => sum + Math.exp(one - most), 0));
      yield logit.subarray(0, concepts).map((one) => total - one);
    }
  }

  // One layer for rows of `length` positions; the last one answers for each row's last position.
  layer(hidden, name, length, last) {
    const { width, tensors } = this;
    const weights = (part) => [tensors[`${name}.${part}.weight`], tensors[`${name}.${part}.bias`]];
    const states = multiplied(this.normed(hidden, `${name}.ln_1`), ...weights("attn.c_attn"));
    const asked = [];
    for (let place = 0; place < hidden.length / width; place += 1) {
      if (!last || place % length === length - 1) asked.push(place);
    }
    const attended = multiplied(this.attention(states, asked, length), ...weights("attn.c_proj"));
    const summed = new Float64Array(asked.length * width);
    asked.forEach((place, row) => {
      for (let i = 0; i < width; i += 1) summed[row * width + i] = hidden[place * width + i] + attended[row * width + i];
    });
    const inner = multiplied(this.normed(summed, `${name}.ln_2`), ...weights("mlp.c_fc"));
    for (let i = 0; i < inner.length; i += 1) inner[i] = gelu(inner[i]);
    const added = multiplied(inner, ...weights("mlp.c_proj"));
    for (let i = 0; i < summed.length; i += 1) summed[i] += added[i];
    return summed;
  }

  attention(states, asked, length) {
    const { width, heads } = this;
    const size = width / heads;
    const out = new Float64Array(asked.length * width);
    const scores = new Float64Array(length);
    asked.forEach((place, row) => {
      const first = place - (place % length);
      for (let head = 0; head < heads; head += 1) {
        const query = place * 3 * width + head * size;
        let most = -Infinity;
        for (let other = first; other <= place; other += 1) {
          const key = other * 3 * width + width + head * size;
          let sum = 0;
          for (let i = 0; i < size; i += 1) sum += states[query + i] * states[key + i];
          scores[other - first] = sum / Math.sqrt(size);
          most = Math.max(most, scores[other - first]);
        }
        let total = 0;
        for (let i = 0; i <= place - first; i += 1) total += scores[i] = Math.exp(scores[i] - most);
        for (let other = first; other <= place; other += 1) {
          const value = other * 3 * width + 2 * width + head * size;
          const share = scores[other - first] / total;
          for (let i = 0; i < size; i += 1) out[row * width + head * size + i] += share * states[value + i];
        }
      }
    });
    return out;
  }

  normed(hidden, name) {
    const { width, epsilon, tensors } = this;
    const [scale, shift] = [tensors[`${name}.weight`], tensors[`${name}.bias`]];
    const out = new Float64Array(hidden.length);
    for (let start = 0; start < hidden.length; start += width) {
      let [sum, squares] = [0, 0];
      for (let i = 0; i < width; i += 1) sum += hidden[start + i];
      for (let i = 0; i < width; i += 1) squares += (hidden[start + i] - sum / width) ** 2;
      const factor = 1 / Math.sqrt(squares / width + epsilon);
      for (let i = 0; i < width; i += 1) {
        out[start + i] = (hidden[start + i] - sum / width) * factor * scale[i] + shift[i];
      }
    }
    return out;
  }
}

function gelu(x) {
  return 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

// [N, in] times the transpose of [out, in], plus a bias: four rows and two outputs at a time, so that
// numbers are read seldom (destructuring in that loop would make it three times slower). The input is filled up to a multiple of four rows.
function multiplied(input, { rows: out, columns: size, data }, bias) {
  const many = input.length / size;
  const filled = new Float64Array(Math.ceil(many / 4) * 4 * size);
  filled.set(input);
  const product = new Float64Array((filled.length / size) * out);
  for (let row = 0; row < many; row += 4) {
    for (let o = 0; o < out; o += 2) fourByTwo(filled, data, product, row, Math.min(o, out - 2), size, out);
  }
  if (bias) {
    for (let i = 0; i < product.length; i += out) for (let o = 0; o < out; o += 1) product[i + o] += bias[o];
  }
  return product.subarray(0, many * out);
}

function fourByTwo(input, data, product, row, o, size, out) {
  const a = row * size;
  const b = a + size;
  const c = b + size;
  const d = c + size;
  const first = o * size;
  const second = first + size;
  const at = row * out + o;
  let a1 = 0;
  let a2 = 0;
  let b1 = 0;
  let b2 = 0;
  let c1 = 0;
  let c2 = 0;
  let d1 = 0;
  let d2 = 0;
  for (let i = 0; i < size; i += 1) {
    const w1 = data[first + i];
    const w2 = data[second + i];
    const x = input[a + i];
    const y = input[b + i];
    const z = input[c + i];
    const v = input[d + i];
    a1 += w1 * x;
    a2 += w2 * x;
    b1 += w1 * y;
    b2 += w2 * y;
    c1 += w1 * z;
    c2 += w2 * z;
    d1 += w1 * v;
    d2 += w2 * v;
  }
  product[at] = a1;
  product[at + 1] = a2;
  product[at + out] = b1;
  product[at + out + 1] = b2;
  product[at + 2 * out] = c1;
  product[at + 2 * out + 1] = c2;
  product[at + 3 * out] = d1;
  product[at + 3 * out + 1] = d2;
}
