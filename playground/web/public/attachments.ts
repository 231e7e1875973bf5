/** The files of a message: pictures, films with their controls, sound, and everything else as a link. */
import { html } from 'htm/preact';
import type { Attachment } from '../../discord/shapes.ts';
import { usePage } from './page-context.ts';
import { formatSize } from './timestamps.ts';

export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return html`<div class="attachments">
    ${inRuns(attachments).map((files) => {
      const [file] = files;
      if (file === undefined) return null;
      return isPicture(file)
        ? html`<${Pictures} key=${file.id} files=${files} />`
        : html`<${OtherFile} key=${file.id} file=${file} />`;
    })}
  </div>`;
}

/** As they were attached; pictures that follow one another lie side by side. */
function inRuns(attachments: readonly Attachment[]): Attachment[][] {
  const runs: Attachment[][] = [];
  for (const file of attachments) {
    const before = runs.at(-1)?.[0];
    if (before !== undefined && isPicture(before) && isPicture(file)) runs.at(-1)?.push(file);
    else runs.push([file]);
  }
  return runs;
}

const kindOf = (file: Attachment): string => (file.content_type ?? '').split('/', 1)[0] ?? '';
/** Where Discord had to change the name, its clients show the one that was given. */
const nameOf = ({ filename, title }: Attachment): string =>
  title === undefined ? filename : `${title}${/\.[^.]*$/.exec(filename)?.[0] ?? ''}`;
const isPicture = (file: Attachment): boolean => kindOf(file) === 'image';

function Pictures({ files }: { files: readonly Attachment[] }) {
  return html`<div class="pictures" data-count=${files.length}>
    ${files.map((file) => html`<${Picture} key=${file.id} file=${file} />`)}
  </div>`;
}

function Picture({ file }: { file: Attachment }) {
  return html`<a class="picture" href=${file.url} target="_blank" rel="noopener noreferrer">
    <img
      src=${file.url}
      alt=${file.description ?? nameOf(file)}
      width=${file.width ?? undefined}
      height=${file.height ?? undefined}
    />
  </a>`;
}

function OtherFile({ file }: { file: Attachment }) {
  const kind = kindOf(file);
  const player =
    kind === 'video'
      ? html`<video controls playsinline preload="metadata" src=${file.url} aria-label=${nameOf(file)}></video>`
      : kind === 'audio'
        ? html`<audio controls preload="metadata" src=${file.url} aria-label=${nameOf(file)}></audio>`
        : null;
  return html`<figure class=${player === null ? 'file plain' : 'file'}>
    ${player}
    <figcaption><${FileLink} file=${file} /></figcaption>
  </figure>`;
}

function FileLink({ file }: { file: Attachment }) {
  const { texts } = usePage();
  const label = `${texts.download} ${nameOf(file)}`;
  return html`<a href=${file.url} target="_blank" rel="noopener noreferrer" aria-label=${label}>${nameOf(file)}</a>
    <span class="size">${formatSize(file.size)}</span>`;
}
