/** Behind the scenes: the bot's process, the NemoVideo stand-in, the requests of both stand-ins. */
import { html } from 'htm/preact';
import type { BotView, NemoSummary, TrafficEntry } from '../protocol.ts';
import { CloseButton } from './controls.ts';
import { Credits } from './credits.ts';
import { usePage } from './page-context.ts';
import type { Texts } from './texts.ts';
import { DiscordSection, ScenarioChoice, SpeedChoice } from './weather-controls.ts';

export function Panel({ onClose }: { onClose: () => void }) {
  const { texts, state } = usePage();
  return html`<aside class="panel" aria-label=${texts.panel}>
    <header>
      <h2>${texts.panel}</h2>
      <${CloseButton} label=${texts.closePanel} onClick=${onClose} />
    </header>
    ${state.bot === null ? null : html`<${BotSection} bot=${state.bot} />`}
    <${SpeedChoice} />
    ${state.nemo === null ? null : html`<${NemoSection} nemo=${state.nemo} />`}
    <${DiscordSection} />
    <${TrafficSection} />
  </aside>`;
}

function BotSection({ bot }: { bot: BotView }) {
  const { texts, steer } = usePage();
  const order = (wish: 'start' | 'stop' | 'kill') => () => steer('/api/bot', { do: wish });
  const isRunning = bot.phase === 'running';
  const isGone = bot.phase === 'stopped' || bot.phase === 'died';
  return html`<section>
    <h3>${texts.bot}</h3>
    <p class=${`bot-state ${bot.phase}${bot.isOnline ? ' online' : ''}`} role="status">${describeBot(bot, texts)}</p>
    <div class="button-row">
      <button type="button" class="button success" disabled=${!isGone} onClick=${order('start')}>${texts.start}</button>
      <button type="button" class="button secondary" disabled=${!isRunning} onClick=${order('stop')}>${texts.stop}</button>
      <button type="button" class="button danger" disabled=${!isRunning} onClick=${order('kill')}>${texts.kill}</button>
    </div>
    <p class="hint">${texts.killHint}</p>
    <details open=${bot.phase === 'died'}>
      <summary>${texts.output}</summary>
      <pre class="output" tabindex="0">${bot.output.join('\n')}</pre>
    </details>
  </section>`;
}

function describeBot(bot: BotView, texts: Texts): string {
  switch (bot.phase) {
    case 'running':
      return bot.isOnline ? texts.botOnline : texts.botConnecting;
    case 'stopping':
      return texts.botStopping;
    case 'stopped':
      return texts.botStopped;
    case 'died':
      return texts.botDied(bot.signal ?? `${texts.exitCode} ${bot.exitCode ?? '?'}`);
  }
}

function NemoSection({ nemo }: { nemo: NemoSummary }) {
  const { texts } = usePage();
  const figures: readonly [string, number][] = [
    [texts.turns, nemo.submissions],
    [texts.charges, nemo.charges],
    [texts.charged, nemo.creditsCharged],
    [texts.uploads, nemo.uploads],
    [texts.rendersAsked, nemo.rendersSubmitted],
    [texts.renders, nemo.rendersCompleted],
  ];
  return html`<section>
    <h3>${texts.backend}</h3>
    <dl class="figures">
      ${figures.map(([name, figure]) => html`<div key=${name}><dt>${name}</dt><dd>${figure}</dd></div>`)}
    </dl>
    <${Credits} accounts=${nemo.accounts} />
    <${ScenarioChoice} nemo=${nemo} />
    ${nemo.violations.length === 0 ? null : html`<${Violations} violations=${nemo.violations} />`}
  </section>`;
}

function Violations({ violations }: { violations: readonly string[] }) {
  const { texts } = usePage();
  return html`<div class="violations">
    <h4>${texts.violations}</h4>
    <ul>
      ${violations.map((words, index) => html`<li key=${index}>${words}</li>`)}
    </ul>
  </div>`;
}

function TrafficSection() {
  const { texts, state, times } = usePage();
  return html`<section>
    <h3>${texts.requests}</h3>
    ${state.traffic.length === 0 ? html`<p class="hint">${texts.noRequests}</p>` : null}
    <ol class="traffic">
      ${state.traffic.map(
        (entry) => html`<li key=${entry.id} class=${entry.service}>
        <time>${times.withSeconds(entry.atMs)}</time>
        <span class="service">${entry.service}</span>
        <span class=${statusClass(entry.status)}>${entry.status ?? '…'}</span>
        <${Asked} entry=${entry} />
      </li>`,
      )}
    </ol>
  </section>`;
}

/** The line of a request; with a body it opens. */
function Asked({ entry }: { entry: TrafficEntry }) {
  const line = html`<code title=${entry.path}>${entry.method} ${shortened(entry.path)}</code>`;
  if (entry.body === null) return line;
  return html`<details class="asked">
    <summary>${line}</summary>
    <pre class="output" tabindex="0">${entry.body}</pre>
  </details>`;
}

const statusClass = (status: number | null): string =>
  status === null ? 'status' : status >= 400 || status === 0 ? 'status bad' : 'status good';

/** Long ids hide what a request is; their last digits tell two of them apart. */
const shortened = (path: string): string => path.replaceAll(/\d{8,}(\d{4})/gu, '…$1');
