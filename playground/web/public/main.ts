/** Starts the page. */
import { html, render } from 'htm/preact';
import { App } from './app.ts';
import { fetchAbout } from './requests.ts';

const root = document.querySelector<HTMLElement>('#app');
if (root === null) throw new Error('The page has no place for the app.');
render(html`<${App} about=${await fetchAbout()} />`, root);
