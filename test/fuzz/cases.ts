/** How many cases a property is tried with, and from which seed. A few in `npm test`, always the same; many in `npm run test:fuzz`. */

const total = Number(process.env['FUZZ_CASES'] ?? 2_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122);

/** `share`: of all cases; those of all properties add up to 1. */
export const cases = (share: number): { readonly numRuns: number; readonly seed: number } => ({
  numRuns: Math.ceil(total * share),
  seed,
});
