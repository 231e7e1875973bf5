import type { MessageHistory } from '../../playground/discord/contract.ts';
import type { ActionRow } from '../../playground/discord/shapes.ts';
import { type ChatStage, describeChat, type SeenMessage } from '../contracts/chat-contract.ts';
import { openStage } from './stage.ts';

const idsOf = (rows: readonly ActionRow[]): string[] =>
  rows.flatMap((row) =>
    row.components.flatMap((part) => part.custom_id ?? ('url' in part ? (part.url ?? []) : [])),
  );

const seen = (history: MessageHistory): SeenMessage[] => {
  const message = history.versions.at(-1)?.message;
  if (!message || history.deletedAtMs !== null) return [];
  const pinged = history.versions.flatMap((version) => [
    ...version.pinged.userIds,
    ...version.pinged.roleIds,
    ...(version.pinged.everyone ? ['everyone'] : []),
  ]);
  return [
    {
      id: history.id,
      text: message.content,
      buttons: idsOf(message.components),
      files: message.attachments.map((file) => file.filename),
      pinged,
      onlyFor: history.onlyFor,
    },
  ];
};

const open = async (): Promise<ChatStage> => {
  const stage = await openStage();
  const { people, faults, log } = stage.standIn;
  const maya = stage.userId('maya');
  faults.revoke(stage.channelId('showcase'), ['SEND_MESSAGES']);
  return {
    chat: stage.discord.chat,
    channelId: stage.channelId('make-videos'),
    closedChannelId: stage.channelId('showcase'),
    missingChannelId: '100000000000000001',
    maya,
    handleWith: (handlers) => stage.handleWith(handlers),
    seenIn: (channelId) => log.messages(channelId).flatMap(seen),
    says: async (channelId, content, files = []) => {
      const message = await people.sendMessage({ userId: maya, channelId, content, files: [...files] });
      return message.id;
    },
    presses: async ({ messageId }, customId) => {
      await people.pressButton({ userId: maya, messageId, customId });
    },
    submits: async (fields) => {
      const modal = await stage.until('an open form', () => people.world(maya).modals.at(-1));
      await people.submitModal({ userId: maya, modalId: modal.modalId, fields: { ...fields } });
    },
    removes: ({ channelId, messageId }) => Promise.resolve(faults.deleteMessage(channelId, messageId)),
    loseNextAnswer: () => {
      faults.next({
        method: 'POST',
        route: /^\/channels\/[^/]+\/messages$/u,
        effect: { afterwards: 'serverError' },
      });
    },
    until: (what, look) => stage.until(what, look),
    close: () => stage.close(),
  };
};

describeChat('Discord', open);
