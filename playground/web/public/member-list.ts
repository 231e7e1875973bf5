/** Who is in a server: roles and presence. The only people who are there are the viewer and, while it is connected, the bot. */
import { html } from 'htm/preact';
import type { GuildView } from '../../discord/people.ts';
import type { Member } from '../../discord/shapes.ts';
import { Avatar } from './avatar.ts';
import { colorOf, nameOf } from './names.ts';
import { usePage } from './page-context.ts';

export function MemberList({ guild }: { guild: GuildView }) {
  const { texts } = usePage();
  return html`<details class="members">
    <summary class="places-title">${texts.members} · ${guild.members.length}</summary>
    <ul>
      ${guild.members.map((member) => html`<${MemberLine} key=${member.user.id} member=${member} guild=${guild} />`)}
    </ul>
  </details>`;
}

function MemberLine({ member, guild }: { member: Member; guild: GuildView }) {
  const { world, state, texts } = usePage();
  const { user } = member;
  const isOnline = user.bot === true ? state.bot?.isOnline === true : user.id === world.viewer.id;
  const color = colorOf(world, user.id);
  const roles = guild.roles
    .filter((role) => member.roles.includes(role.id))
    .map((role) => role.name)
    .join(', ');
  return html`<li class="member">
    <${Avatar} user=${user} size=${22} />
    <span class="author" style=${color === null ? undefined : `--role: ${color}`}>${nameOf(user)}</span>
    <span class=${isOnline ? 'presence online' : 'presence'}>${isOnline ? texts.online : texts.offline}</span>
    ${roles === '' ? null : html`<span class="member-roles">${roles}</span>`}
  </li>`;
}
