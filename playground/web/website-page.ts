/** Stands in for NemoVideo's own website, to which the bot's links lead. It must not know the bot. */
import type { Asset } from './page-assets.ts';

/** Paths below this prefix of the page's server are "the website"; the bot gets it as NEMO_WEB_URL. */
export const websitePath = '/website';

/** What a person would find there, by the part of the path that names the place (nemo-api: claim links, registration). */
const places: readonly { path: string; title: string; text: string }[] = [
  {
    path: '/workspace/claim',
    title: 'Your project would open here',
    text: 'On NemoVideo’s website this link shows the project of the thread in an editor, with the same pictures, music and titles. It works for seven days.',
  },
  {
    path: '/register',
    title: 'Registration would open here',
    text: 'On NemoVideo’s website you would make an account here, and the credits and projects of the free one would move into it.',
  },
];

const elsewhere = {
  title: 'NemoVideo’s website would be here',
  text: 'The playground plays the backend, not the website around it.',
};

export function readWebsitePage(path: string): Asset | null {
  if (path !== websitePath && !path.startsWith(`${websitePath}/`)) return null;
  const { title, text } = places.find((place) => path === websitePath + place.path) ?? elsewhere;
  const headers = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" };
  return { bytes: Buffer.from(draw(title, text)), contentType: 'text/html; charset=utf-8', headers };
}

const draw = (title: string, text: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>${title}</title>
<style>
  body { display: grid; place-content: center; min-height: 90vh; margin: 0 24px; font: 1.0625rem/1.6 system-ui, sans-serif; }
  main { max-width: 34rem; }
  h1 { font-size: 1.5rem; line-height: 1.3; }
</style>
<main>
  <h1>${title}</h1>
  <p>${text}</p>
  <p><small>This is the Makevideo playground; nothing has left your machine.</small></p>
</main>
</html>
`;
