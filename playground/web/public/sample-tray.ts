/** Pictures to try with, one click each. */
import { html } from 'htm/preact';
import { TextButton } from './controls.ts';
import { usePage } from './page-context.ts';
import { fetchSample } from './requests.ts';

export function SampleTray({ onPick, onClose }: { onPick: (file: File) => void; onClose: () => void }) {
  const { about, texts } = usePage();
  return html`<section class="sample-tray" aria-label=${texts.samples}>
    <p class="hint">${texts.samplesHint} <${TextButton} label=${texts.closePanel} onClick=${onClose} /></p>
    <ul>
      ${about.samples.map(
        (sample) => html`<li key=${sample.name}>
        <button type="button" onClick=${async () => onPick(await fetchSample(sample.name))} title=${sample.description}>
          <img src=${`/api/samples/${sample.name}`} alt=${sample.description} loading="lazy" />
        </button>
      </li>`,
      )}
    </ul>
  </section>`;
}
