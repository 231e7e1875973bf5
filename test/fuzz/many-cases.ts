/** Vitest's `globalSetup` of `npm run test:fuzz`: 100,000 cases from a new seed, which is printed so that they can be tried again. */
export const setup = (): void => {
  process.env['FUZZ_CASES'] ??= '100000';
  process.env['FUZZ_SEED'] ??= String(Date.now() % 2 ** 31);
  const { FUZZ_CASES: count, FUZZ_SEED: seed } = process.env;
  process.stdout.write(`${JSON.stringify({ fuzz: { cases: Number(count), seed: Number(seed) } })}\n`);
};
