/** The page's own files and the four packages that it uses, as a browser can load them. It must not know the playground. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

export type Asset = { bytes: Uint8Array; contentType: string; headers: Readonly<Record<string, string>> };

export type PageAssets = {
  /** The file behind a path of the page's server; `null` when there is none. */
  read(path: string): Promise<Asset | null>;
};

const script = 'text/javascript; charset=utf-8';

/** Bare names that the page imports; each package's own ES module runs in a browser as it is. */
const modules = ['preact', 'preact/hooks', 'htm', 'htm/preact', 'marked', 'dompurify'] as const;

const moduleAddress = (name: string): string => `/modules/${name}.js`;

const importMap = JSON.stringify({
  imports: Object.fromEntries(modules.map((name) => [name, moduleAddress(name)])),
});

/** `mediaOrigins`: where pictures and films may come from, beside the page's own server. */
export function createPageAssets(mediaOrigins: readonly string[]): PageAssets {
  const policy = contentSecurityPolicy(mediaOrigins);
  return {
    async read(path) {
      if (path === '/') return readIndex(policy);
      const module = modules.find((name) => moduleAddress(name) === path);
      if (module !== undefined) return readModule(module);
      const own = /^\/page\/([a-z][a-z0-9-]*)\.(ts|css|svg)$/u.exec(path);
      if (own?.[1] === undefined || own[2] === undefined) return null;
      return readOwn(own[1], own[2]);
    },
  };
}

async function readIndex(policy: string): Promise<Asset> {
  const text = await readFile(ownFile('index.html'), 'utf8');
  const bytes = Buffer.from(
    text.replace('<!-- import map -->', () => `<script type="importmap">${importMap}</script>`),
  );
  return { bytes, contentType: 'text/html; charset=utf-8', headers: { 'content-security-policy': policy } };
}

async function readModule(name: string): Promise<Asset> {
  const bytes = await readFile(fileURLToPath(import.meta.resolve(name)));
  return { bytes, contentType: script, headers: {} };
}

/** The page is written in TypeScript like all the rest; Node takes the types out, lines and columns stay where they were. */
async function readOwn(name: string, extension: string): Promise<Asset | null> {
  const text = await readFile(ownFile(`${name}.${extension}`), 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (text === null) return null;
  if (extension === 'ts')
    return { bytes: Buffer.from(stripTypeScriptTypes(text)), contentType: script, headers: {} };
  const contentType = extension === 'css' ? 'text/css; charset=utf-8' : 'image/svg+xml';
  return { bytes: Buffer.from(text), contentType, headers: {} };
}

const ownFile = (name: string): string => fileURLToPath(new URL(`./public/${name}`, import.meta.url));

/** The import map is the page's only inline script, so it is named by its hash. */
function contentSecurityPolicy(mediaOrigins: readonly string[]): string {
  const hash = createHash('sha256').update(importMap).digest('base64');
  const media = ["'self'", 'blob:', 'data:', ...mediaOrigins].join(' ');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self' 'unsafe-inline'",
    "connect-src 'self'",
    `img-src ${media}`,
    `media-src ${media}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
