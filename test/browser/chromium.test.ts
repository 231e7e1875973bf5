/** Says in one line when the page is not tested for want of a browser, and fails where that must not happen. */
import { expect, it } from 'vitest';
import { findChromium } from './chromium.ts';

const isRequired = process.env['BROWSER_TESTS'] === 'required';
const advice =
  'The page is not tested: no Chromium was found. Install one (apt-get install chromium), or set CHROMIUM_PATH.\n';

it('has a Chromium where BROWSER_TESTS=required asks for one', () => {
  const isMissing = findChromium() === null;
  if (isMissing) process.stderr.write(advice);
  expect(isRequired && isMissing).toBe(false);
});
