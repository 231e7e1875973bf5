/** What goes wrong and how fast time goes: the choices of the side panel. It must not know what a fault does. */
import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { NemoSummary, ScenarioView } from '../protocol.ts';
import { TextButton, valueIn } from './controls.ts';
import { usePage } from './page-context.ts';

type Span = 'next turn' | 'everything';

export function ScenarioChoice({ nemo }: { nemo: NemoSummary }) {
  const { about, texts, steer } = usePage();
  return html`<${Choice}
    label=${texts.scenario}
    once=${texts.nextTurn}
    always=${texts.everything}
    normal=${texts.normal}
    choices=${about.scenarios}
    active=${nemo.active}
    onUse=${(name: string, span: Span) => steer('/api/scenario', { name, for: span })}
    onReset=${() => steer('/api/scenario', { name: 'default', for: 'everything' })}
  />`;
}

export function DiscordSection() {
  const { about, texts, state, steer } = usePage();
  return html`<section>
    <h3>${texts.discord}</h3>
    <${Choice}
      label=${texts.fault}
      once=${texts.nextRequest}
      always=${texts.untilNormal}
      normal=${texts.healthy}
      choices=${about.faults}
      active=${state.weather?.faults ?? []}
      onUse=${(name: string, span: Span) => steer('/api/fault', { name, for: span })}
      onReset=${() => steer('/api/fault', { name: null })}
    />
  </section>`;
}

type ChoiceProps = {
  label: string;
  once: string;
  always: string;
  /** What holds while nothing is active. */
  normal: string;
  choices: readonly ScenarioView[];
  active: readonly { name: string; for: string }[];
  onUse: (name: string, span: Span) => Promise<void>;
  onReset: () => Promise<void>;
};

function Choice({ label, once, always, normal, choices, active, onUse, onReset }: ChoiceProps) {
  const { texts } = usePage();
  const [name, setName] = useState(choices[0]?.name ?? '');
  const chosen = choices.find((choice) => choice.name === name);
  const spanOf = (span: string): string =>
    span === 'next turn' ? once : span === 'everything' ? always : span;
  const now = active.map((one) => `${one.name} (${spanOf(one.for)})`).join(', ');
  return html`<div class="scenario">
    <label>${label}
      <select value=${name} onChange=${(event: Event) => setName(valueIn(event))}>
        ${[...Map.groupBy(choices, ({ group }) => group)].map(([group, grouped]) => {
          const options = grouped.map(({ name }) => html`<option key=${name} value=${name}>${name}</option>`);
          return group === undefined
            ? options
            : html`<optgroup key=${group} label=${texts.scenarioGroups[group]}>${options}</optgroup>`;
        })}
      </select>
    </label>
    <p class="hint">${chosen?.description ?? ''}</p>
    <div class="button-row">
      <button type="button" class="button secondary" onClick=${() => onUse(name, 'next turn')}>${once}</button>
      <button type="button" class="button secondary" onClick=${() => onUse(name, 'everything')}>${always}</button>
    </div>
    <p class="scenario-now" role="status">
      ${texts.active}: ${now === '' ? normal : now}${' '}
      ${now === '' ? null : html`<${TextButton} label=${texts.backToNormal} onClick=${onReset} />`}
    </p>
  </div>`;
}

export function SpeedChoice() {
  const { about, texts, state, steer } = usePage();
  const speed = state.weather?.speed ?? 1;
  return html`<fieldset class="speed">
    <legend>${texts.speed}</legend>
    <div class="button-row">
      ${about.speeds.map(
        (one) => html`<button
        key=${one} type="button" class="button secondary" aria-pressed=${one === speed}
        onClick=${() => steer('/api/clock', { speed: one })}
      >×${one}</button>`,
      )}
    </div>
    <p class="hint">${texts.speedHint}</p>
  </fieldset>`;
}
