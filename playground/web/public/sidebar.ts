/** The left side: who the viewer is, and the places that they can see. */
import { html } from 'htm/preact';
import type { GuildView, ThreadView } from '../../discord/people.ts';
import type { Channel } from '../../discord/shapes.ts';
import { Avatar } from './avatar.ts';
import { valueIn } from './controls.ts';
import { MemberList } from './member-list.ts';
import { nameOf } from './names.ts';
import { usePage } from './page-context.ts';
import type { Unread } from './page-state.ts';

const locales: readonly [string, string][] = [
  ['en-US', 'English'],
  ['zh-CN', '中文'],
];

export function Sidebar() {
  const { world, texts } = usePage();
  return html`<nav class="sidebar" aria-label=${texts.menu}>
    <div class="places">
      ${world.guilds.map((guild) => html`<${Guild} key=${guild.id} guild=${guild} />`)}
      <${DirectMessages} />
    </div>
    <${Viewer} />
  </nav>`;
}

function Guild({ guild }: { guild: GuildView }) {
  const { texts } = usePage();
  const channels = [...guild.channels].sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  return html`<section>
    <h1 class="guild-name">${guild.name}</h1>
    <h2 class="places-title">${texts.channels}</h2>
    <ul>
      ${channels.map(
        (channel) => html`<li key=${channel.id}>
        <${PlaceLink} channel=${channel} sign="#" />
        <${Threads} threads=${guild.threads.filter((thread) => thread.parent_id === channel.id)} />
      </li>`,
      )}
    </ul>
    <${MemberList} guild=${guild} />
  </section>`;
}

/** Archived threads are out of the list, as in Discord; their chip under the message still opens them. */
function Threads({ threads }: { threads: readonly ThreadView[] }) {
  const { texts, state } = usePage();
  const open = threads.filter(
    (thread) => thread.thread_metadata?.archived !== true || thread.id === state.channelId,
  );
  if (open.length === 0) return null;
  return html`<ul class="threads" aria-label=${texts.threads}>
    ${open.map((thread) => html`<li key=${thread.id}><${PlaceLink} channel=${thread} sign="" /></li>`)}
  </ul>`;
}

function DirectMessages() {
  const { world, texts, openDirectMessage } = usePage();
  return html`<section>
    <h2 class="places-title">${texts.directMessages}</h2>
    ${
      world.directMessages.length === 0
        ? html`<button type="button" class="place" onClick=${openDirectMessage}>
            <${Avatar} user=${world.bot} size=${22} />${texts.messageTheBot}
          </button>`
        : html`<ul>
          ${world.directMessages.map((channel) => html`<li key=${channel.id}><${PlaceLink} channel=${channel} sign="@" /></li>`)}
        </ul>`
    }
  </section>`;
}

function PlaceLink({ channel, sign }: { channel: Channel; sign: string }) {
  const { world, state } = usePage();
  const unread = state.unread[channel.id];
  const isOpen = state.channelId === channel.id;
  const isDirect = sign === '@';
  const name = isDirect ? nameOf(world.bot) : (channel.name ?? channel.id);
  return html`<a
    class=${unread === undefined ? 'place' : 'place unread'}
    href=${`#/${channel.id}`}
    aria-current=${isOpen ? 'page' : undefined}
  >
    ${isDirect ? html`<${Avatar} user=${world.bot} size=${22} />` : html`<span class="sign" aria-hidden="true">${sign}</span>`}
    <span class="place-name">${name}</span>
    ${unread === undefined ? null : html`<${Badge} unread=${unread} />`}
  </a>`;
}

function Badge({ unread }: { unread: Unread }) {
  const { texts } = usePage();
  const name = unread.mentions > 0 ? 'badge loud' : 'badge';
  return html`<span class=${name} aria-label=${texts.unread(unread.count)}>${unread.count}</span>`;
}

/** As its speakers call it: "Deutsch". */
function languageName(locale: string): string {
  return new Intl.DisplayNames([locale], { type: 'language' }).of(locale) ?? locale;
}

function Viewer() {
  const { about, world, locale, texts, switchViewer, switchLocale } = usePage();
  const known = locales.some(([code]) => code === locale)
    ? locales
    : [[locale, languageName(locale)] as const, ...locales];
  return html`<div class="viewer" data-viewer=${nameOf(world.viewer)}>
    <${Avatar} user=${world.viewer} size=${36} />
    <div class="viewer-fields">
      <label><span class="unseen">${texts.youAre}</span>
        <select value=${world.viewer.id} onChange=${(event: Event) => switchViewer(valueIn(event))}>
          ${about.people.map((person) => html`<option key=${person.id} value=${person.id}>${nameOf(person)}</option>`)}
        </select>
      </label>
      <label><span class="unseen">${texts.language}</span>
        <select value=${locale} onChange=${(event: Event) => switchLocale(valueIn(event))}>
          ${known.map(([code, name]) => html`<option key=${code} value=${code}>${name}</option>`)}
        </select>
      </label>
    </div>
  </div>`;
}
