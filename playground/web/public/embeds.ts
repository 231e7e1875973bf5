/** Embeds of a message: title, words, fields, pictures. */
import { html } from 'htm/preact';
import type { Embed } from '../../discord/shapes.ts';
import { Words } from './markdown-view.ts';

export function Embeds({ embeds }: { embeds: readonly Embed[] }) {
  return embeds.map((embed, index) => html`<${EmbedCard} key=${index} embed=${embed} />`);
}

function EmbedCard({ embed }: { embed: Embed }) {
  const color =
    embed.color === undefined ? undefined : `--edge: #${embed.color.toString(16).padStart(6, '0')}`;
  const title = embed.title ?? '';
  return html`<article class="embed" style=${color}>
    ${embed.author === undefined ? null : html`<p class="embed-author">${embed.author.name}</p>`}
    ${title === '' ? null : html`<${Title} title=${title} url=${embed.url} />`}
    ${embed.description === undefined ? null : html`<${Words} source=${embed.description} />`}
    ${(embed.fields ?? []).map((field, index) => html`<${Field} key=${index} field=${field} />`)}
    ${embed.image === undefined ? null : html`<img src=${embed.image.url} alt="" />`}
    ${embed.footer === undefined ? null : html`<p class="embed-footer">${embed.footer.text}</p>`}
  </article>`;
}

function Title({ title, url }: { title: string; url: string | undefined }) {
  if (url === undefined) return html`<h3>${title}</h3>`;
  return html`<h3><a href=${url} target="_blank" rel="noopener noreferrer">${title}</a></h3>`;
}

function Field({ field }: { field: { name: string; value: string } }) {
  return html`<div class="field">
    <h4>${field.name}</h4>
    <${Words} source=${field.value} />
  </div>`;
}
