/** The whole page: places on the left, the conversation in the middle, behind the scenes on the right. */
import { html } from 'htm/preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { WorldView } from '../../discord/people.ts';
import type { Channel, Snowflake } from '../../discord/shapes.ts';
import type { About } from '../protocol.ts';
import { Announcer } from './announcer.ts';
import { ChannelView } from './channel-view.ts';
import { usePageState } from './live-feed.ts';
import { createMarkdown, type MentionNames } from './markdown.ts';
import { ModalView } from './modal-view.ts';
import { findPlace, mentionNames } from './names.ts';
import { type Page, PageProvider } from './page-context.ts';
import { Panel } from './panel.ts';
import { post, Refused } from './requests.ts';
import { Sidebar } from './sidebar.ts';
import { textsFor } from './texts.ts';
import { createTimes } from './timestamps.ts';

type Drawer = 'none' | 'menu' | 'panel';

/** How long words of refusal stay. */
const noticeMs = 8000;

export function App({ about }: { about: About }) {
  const [viewerId, setViewerId] = useState(about.firstViewerId);
  const [turn, setTurn] = useState(0);
  const [notice, setNotice] = useNotice();
  const state = usePageState(about, viewerId, turn);
  const { world } = state;
  const locale = world?.viewerLocale ?? 'en-US';
  const texts = textsFor(locale);
  const times = useMemo(() => createTimes(locale), [locale]);
  const names = useNames(world);
  const markdown = useMemo(() => createMarkdown(names), [names]);
  useEffect(() => {
    // The page has words in two languages; the letters of a third one's dates do not make it that.
    document.documentElement.lang = locale.startsWith('zh') ? locale : 'en';
  }, [locale]);

  const attempt = useCallback(
    async <Answer>(path: string, input: unknown): Promise<Answer | null> => {
      try {
        return await post<Answer>(path, input);
      } catch (cause) {
        setNotice(cause instanceof Refused ? cause.message : texts.lost);
        return null;
      }
    },
    [setNotice, texts],
  );

  if (world === null)
    return html`<p class="curtain" role="status">${state.connection === 'lost' ? texts.lost : texts.connecting}</p>`;
  const page: Page = {
    about,
    state,
    world,
    locale,
    texts,
    times,
    names,
    markdown,
    act: (name, input) => attempt(`/api/actions/${name}`, { userId: world.viewer.id, ...input }),
    steer: async (path, input) => {
      await attempt(path, input);
    },
    openChannel,
    openDirectMessage: async () => {
      const channel = await attempt<Channel>('/api/actions/openDirectMessage', { userId: world.viewer.id });
      if (channel !== null) openChannel(channel.id);
    },
    switchViewer: setViewerId,
    switchLocale: async (locale) => {
      await attempt('/api/actions/setLocale', { userId: world.viewer.id, locale });
      setTurn((turn) => turn + 1);
    },
  };
  return html`<${PageProvider} value=${page}>
    <${Layout} page=${page} />
    <${Announcer} />
    ${notice === null ? null : html`<p class="notice" role="alert">${notice}</p>`}
  <//>`;
}

const openChannel = (channelId: Snowflake): void => window.location.assign(`#/${channelId}`);

function Layout({ page }: { page: Page }) {
  const isWide = window.matchMedia('(min-width: 1180px)').matches;
  const [drawer, setDrawer] = useState<Drawer>(isWide ? 'panel' : 'none');
  const { channelId } = page.state;
  useEffect(() => {
    if (!window.matchMedia('(min-width: 1180px)').matches) setDrawer('none');
  }, [channelId]);
  useEffect(() => {
    // Somebody else may not see this channel, and after a restart nobody does.
    if (findPlace(page.world, channelId) === null) openChannel(page.about.firstChannelId);
  }, [page.world.viewer.id]);
  const toggle = (wanted: Drawer) => (): void => setDrawer(drawer === wanted ? 'none' : wanted);
  const [modal] = page.world.modals;
  return html`<div class="layout" data-drawer=${drawer}>
    <a class="skip" href="#messages" onClick=${focusMessages}>${page.texts.skip}</a>
    <${Sidebar} />
    <${ChannelView} drawer=${drawer} onMenu=${toggle('menu')} onPanel=${toggle('panel')} />
    ${drawer === 'panel' ? html`<${Panel} onClose=${() => setDrawer('none')} />` : null}
    ${drawer === 'none' ? null : html`<div class="veil" onClick=${() => setDrawer('none')}></div>`}
    ${modal === undefined ? null : html`<${ModalView} key=${modal.modalId} modal=${modal} />`}
    ${page.state.connection === 'lost' ? html`<p class="lost" role="alert">${page.texts.lost}</p>` : null}
  </div>`;
}

/** The address belongs to the open channel, so this link moves the focus only. */
function focusMessages(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#messages')?.focus();
}

/** Names change with the servers alone; new functions for every message would draw all of them again. */
function useNames(world: WorldView | null): MentionNames {
  const guilds = world?.guilds;
  return useMemo(() => (world === null ? noNames : mentionNames(world)), [guilds, world === null]);
}

const noNames: MentionNames = { user: () => null, role: () => null, channel: () => null };

function useNotice(): [string | null, (text: string) => void] {
  const [notice, setNotice] = useState<string | null>(null);
  useEffect(() => {
    const timer = window.setTimeout(() => setNotice(null), noticeMs);
    return () => window.clearTimeout(timer);
  }, [notice]);
  return [notice, setNotice];
}
