/** Numbers below a limit, the same ones for the same seed. */
export function generator(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export const randomCuts = (text, random) =>
  Array.from({ length: random(12) }, () => random(text.length + 1)).sort((one, other) => one - other);
