import { expect, test } from 'vitest';
import { createPageAssets } from '../../../playground/web/page-assets.ts';

const assets = createPageAssets([]);

test('serves every package of the import map as an ES module', async () => {
  for (const name of ['preact', 'preact/hooks', 'htm', 'htm/preact', 'marked', 'dompurify']) {
    const asset = await assets.read(`/modules/${name}.js`);
    expect(asset?.contentType).toContain('text/javascript');
    expect(Buffer.from(asset?.bytes ?? []).toString()).toMatch(/export\s*[{*]|export default/u);
  }
});
