/** Files that somebody is about to send, as small pictures that can be taken away again. */
import { html } from 'htm/preact';
import { useEffect, useState } from 'preact/hooks';
import { usePage } from './page-context.ts';
import { formatSize } from './timestamps.ts';

export function Thumbnails({ files, onRemove }: { files: readonly File[]; onRemove: (file: File) => void }) {
  if (files.length === 0) return null;
  return html`<ul class="thumbnails">
    ${files.map((file, index) => {
      const key = `${index} ${file.name}`;
      return html`<li key=${key}><${Thumbnail} file=${file} onRemove=${() => onRemove(file)} /></li>`;
    })}
  </ul>`;
}

export function Thumbnail({ file, onRemove }: { file: File; onRemove: () => void }) {
  const { texts } = usePage();
  const address = usePreview(file);
  return html`<figure class="thumbnail">
    ${address === null ? html`<span class="thumbnail-sign" aria-hidden="true">📄</span>` : html`<img src=${address} alt="" />`}
    <figcaption title=${file.name}>${file.name} <span class="size">${formatSize(file.size)}</span></figcaption>
    <button type="button" aria-label=${texts.removeFile(file.name)} onClick=${onRemove}>✕</button>
  </figure>`;
}

function usePreview(file: File): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!file.type.startsWith('image/')) return setAddress(null);
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}
