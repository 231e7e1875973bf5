/** A field for files: choose, drop, see, take away. */
import { html } from 'htm/preact';
import { useId } from 'preact/hooks';
import { usePage } from './page-context.ts';
import { Thumbnails } from './thumbnails.ts';

type FilePickerProps = {
  files: readonly File[];
  countMax: number;
  /** As Discord has them: `image`, `video`, `audio`, or an extension with its dot. */
  fileTypes: readonly string[] | undefined;
  onChange: (files: readonly File[]) => void;
};

export function FilePicker({ files, countMax, fileTypes, onChange }: FilePickerProps) {
  const { texts } = usePage();
  const id = useId();
  const add = (more: readonly File[]): void => onChange([...files, ...more].slice(0, countMax));
  const accept = fileTypes?.map((type) => (type.startsWith('.') ? type : `${type}/*`)).join(',');
  const isFull = files.length >= countMax;
  return html`<div
    class="file-picker"
    onDragOver=${(event: DragEvent) => event.preventDefault()}
    onDrop=${(event: DragEvent) => {
      // The conversation around it sees that these files have found their place, and puts its own hint away.
      event.preventDefault();
      add(filesOf(event.dataTransfer));
    }}
  >
    <${Thumbnails} files=${files} onRemove=${(gone: File) => onChange(files.filter((file) => file !== gone))} />
    ${
      isFull
        ? null
        : html`<label class="file-button" for=${id}>＋ ${texts.chooseFile}</label>
      <input
        id=${id}
        class="unseen"
        type="file"
        multiple=${countMax > 1}
        accept=${accept}
        onChange=${(event: Event) => add(takeFrom(event))}
      />`
    }
  </div>`;
}

export const filesOf = (transfer: DataTransfer | null): File[] => [...(transfer?.files ?? [])];

/** The files of a file input, which is emptied so that the same file can be chosen again. */
export function takeFrom(event: Event): File[] {
  if (!(event.currentTarget instanceof HTMLInputElement)) return [];
  const files = [...(event.currentTarget.files ?? [])];
  event.currentTarget.value = '';
  return files;
}
