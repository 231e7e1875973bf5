/** Where the machine's Chromium is, and how a test starts it. It must not know the page. */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
] as const;

/** `CHROMIUM_PATH` wins, and is not replaced by another browser when it is wrong. */
export function findChromium(): string | null {
  const wanted = process.env['CHROMIUM_PATH'];
  if (wanted !== undefined && wanted !== '') return wanted;
  return usualPlaces.find((path) => existsSync(path)) ?? null;
}

/**
 * Registers tests that need a browser. Where there is none, one test says so in their place; it fails where the
 * environment has BROWSER_TESTS=required, so that nobody takes a missing browser for a working page.
 */
export function describeInBrowser(name: string, define: (chromiumPath: string) => void): void {
  const chromiumPath = findChromium();
  if (chromiumPath !== null) {
    describe(name, () => define(chromiumPath));
    return;
  }
  const words = `"${name}" was not tested: no Chromium was found. Install one, or set CHROMIUM_PATH.`;
  it(words, () => {
    process.stderr.write(`${words}\n`);
    expect(process.env['BROWSER_TESTS'] ?? 'where possible', words).not.toBe('required');
  });
}

/** A fresh profile, and no name that resolves but loopback: what the page asks for elsewhere fails. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--mute-audio',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}
