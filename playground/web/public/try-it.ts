/** A first step for somebody who has never seen the bot: its command, filled in with a wish and pictures, to be run with one press. */
import { html } from 'htm/preact';
import { beginDraft, commandsAt, findTrial, listChoices, withValue } from './command-draft.ts';
import { type Draft, emptyDraft } from './draft.ts';
import type { Place } from './names.ts';
import { usePage } from './page-context.ts';
import { fetchSample } from './requests.ts';

const picturesMax = 3;

type TryItProps = { place: Place; change: (next: (draft: Draft) => Draft) => void };

export function TryIt({ place, change }: TryItProps) {
  const { state, about, texts, locale } = usePage();
  const trial = findTrial(listChoices(commandsAt(state.commands, place), locale));
  if (trial === null) return null;
  const fillIn = async (): Promise<void> => {
    const samples = about.samples.slice(0, Math.min(picturesMax, trial.filesMax));
    const files = await Promise.all(samples.map(({ name }) => fetchSample(name)));
    const command = withValue(beginDraft(trial.choice), trial.option.name, texts.tryWish);
    change(() => ({ ...emptyDraft, command: { ...command, files } }));
  };
  return html`<p class="first-step">
    <button type="button" class="button primary" onClick=${fillIn}>${texts.tryIt}</button>
  </p>`;
}
