/** The files of a message: pictures, films with their controls, sound, and everything else as a link. */
import { html } from 'htm/preact';
import type { Attachment } from '../../discord/shapes.ts';
import { usePage } from './page-context.ts';
import { formatSize } from './timestamps.ts';

export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  const pictures = attachments.filter((file) => kindOf(file) === 'image');
  const others = attachments.filter((file) => kindOf(file) !== 'image');
  return html`<div class="attachments">
    ${pictures.length === 0 ? null : html`<${Pictures} files=${pictures} />`}
    ${others.map((file) => html`<${OtherFile} key=${file.id} file=${file} />`)}
  </div>`;
}

const kindOf = (file: Attachment): string => (file.content_type ?? '').split('/', 1)[0] ?? '';

function Pictures({ files }: { files: readonly Attachment[] }) {
  return html`<div class="pictures" data-count=${files.length}>
    ${files.map((file) => html`<${Picture} key=${file.id} file=${file} />`)}
  </div>`;
}

function Picture({ file }: { file: Attachment }) {
  return html`<a class="picture" href=${file.url} target="_blank" rel="noopener noreferrer">
    <img
      src=${file.url}
      alt=${file.description ?? file.filename}
      width=${file.width ?? undefined}
      height=${file.height ?? undefined}
    />
  </a>`;
}

function OtherFile({ file }: { file: Attachment }) {
  const kind = kindOf(file);
  const player =
    kind === 'video'
      ? html`<video controls playsinline preload="metadata" src=${file.url} aria-label=${file.filename}></video>`
      : kind === 'audio'
        ? html`<audio controls preload="metadata" src=${file.url} aria-label=${file.filename}></audio>`
        : null;
  return html`<figure class=${player === null ? 'file plain' : 'file'}>
    ${player}
    <figcaption><${FileLink} file=${file} /></figcaption>
  </figure>`;
}

function FileLink({ file }: { file: Attachment }) {
  const { texts } = usePage();
  const label = `${texts.download} ${file.filename}`;
  return html`<a href=${file.url} target="_blank" rel="noopener noreferrer" aria-label=${label}>${file.filename}</a>
    <span class="size">${formatSize(file.size)}</span>`;
}
