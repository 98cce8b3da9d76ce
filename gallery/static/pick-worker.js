// Runs the sampler beside the page, so that a pick never stops it.

const version = new URL(import.meta.url).search;
const { loadSampler } = await import(`./sampler.js${version}`);
let sampler;

async function answer({ load, pool, tuning, seed }) {
  if (load) {
    sampler = await loadSampler(load, (come) => postMessage({ come }));
    return { vocabulary: sampler.vocabulary, fingerprint: sampler.fingerprint };
  }
  const begun = performance.now();
  const candidates = sampler.pick(pool, tuning, seed);
  return { candidates, milliseconds: performance.now() - begun, seed };
}

onmessage = async ({ data }) => {
  try {
    postMessage(await answer(data));
  } catch (error) {
    postMessage({ error: error.message });
  }
};
postMessage({ ready: true });
