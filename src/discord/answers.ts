/** First answers to interactions, acknowledged before any other work. It must not know why it answers. */
import {
  type APIInteractionResponse,
  type BaseInteraction,
  InteractionResponseType,
  MessageFlags,
  type RawFile,
  RequestMethod,
  Routes,
} from 'discord.js';
import { z } from 'zod';
import type { MessageView } from '../core/view.ts';
import type { AnsweredAt, ButtonPress } from '../ports/chat.ts';
import { asChatErrors, type CallDiscord } from './call.ts';
import { discordCode, hasDiscordCode } from './errors.ts';
import { modalOf } from './forms.ts';
import { messagePayload } from './outbound.ts';

/** Discord waits 3 s for the first answer; later tries only find out that it is too late. */
const acknowledgeLimitMs = 10_000;
/** The end of a deferred answer may carry files and wait for a rate limit. */
const finishLimitMs = 120_000;

const messageShape = z.object({ id: z.string(), channel_id: z.string() });
const callbackShape = z.object({ resource: z.object({ message: messageShape.nullish() }).nullish() });

const placeOf = (message: z.infer<typeof messageShape>): AnsweredAt => ({
  channelId: message.channel_id,
  messageId: message.id,
});

const within = async <T>(limitMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const signal = AbortSignal.timeout(limitMs);
  return asChatErrors(new AbortController().signal, () => run(signal));
};

export type Answers = {
  readonly answer: ButtonPress['answer'];
  readonly answerPrivately: ButtonPress['answerPrivately'];
  readonly deferPrivately: ButtonPress['deferPrivately'];
  readonly acknowledge: ButtonPress['acknowledge'];
  readonly redraw: ButtonPress['redraw'];
  readonly openForm: ButtonPress['openForm'];
  /** Whether a first answer was at least begun. */
  readonly isBegun: () => boolean;
};

type Response = { readonly body: APIInteractionResponse; readonly files?: RawFile[] };

/** The three requests that use the token of an interaction (Discord docs: Receiving and Responding, Endpoints). */
const createTokenRequests = (interaction: BaseInteraction, call: CallDiscord) => {
  const original = Routes.webhookMessage(interaction.applicationId, interaction.token, '@original');
  return {
    /** The message that the response became, if it became one and Discord said so. */
    respond: async ({ body, files = [] }: Response, signal: AbortSignal): Promise<AnsweredAt | null> => {
      const request = {
        method: RequestMethod.Post,
        fullRoute: Routes.interactionCallback(interaction.id, interaction.token),
        query: new URLSearchParams({ with_response: 'true' }),
        auth: false,
        body,
        files,
      };
      try {
        const { resource } = await call(request, { answer: callbackShape, signal });
        return resource?.message ? placeOf(resource.message) : null;
      } catch (error) {
        // discord.js sends again after a 5xx; if the first one had arrived, this is its echo, and the answer stands.
        if (hasDiscordCode(error, discordCode.interactionAlreadyAcknowledged)) return null;
        throw error;
      }
    },
    readOriginal: async (signal: AbortSignal): Promise<AnsweredAt> => {
      const request = { method: RequestMethod.Get, fullRoute: original, auth: false };
      return placeOf(await call(request, { answer: messageShape, signal }));
    },
    editOriginal: async (view: MessageView, signal: AbortSignal): Promise<void> => {
      const request = {
        method: RequestMethod.Patch,
        fullRoute: original,
        auth: false,
        ...messagePayload(view),
      };
      await call(request, { answer: z.unknown(), signal });
    },
  };
};

const messageResponse = (view: MessageView, flags: { flags?: MessageFlags.Ephemeral } = {}): Response => {
  const { body, files } = messagePayload(view);
  const type = InteractionResponseType.ChannelMessageWithSource;
  return { body: { type, data: { ...body, ...flags } }, files };
};

/**
 * The kinds of first answer (Discord docs: Receiving and Responding, Interaction Callback Type). The token of an interaction is
 * used here and nowhere else: it is over after fifteen minutes, and a video may take longer.
 */
export const createAnswers = (interaction: BaseInteraction, call: CallDiscord): Answers => {
  const requests = createTokenRequests(interaction, call);
  const onlyThem = { flags: MessageFlags.Ephemeral } as const;
  let isBegun = false;
  const begin = (): void => {
    if (isBegun) throw new TypeError('An interaction has one first answer only.');
    isBegun = true;
  };
  const acknowledge = async (response: Response): Promise<void> => {
    begin();
    await within(acknowledgeLimitMs, (signal) => requests.respond(response, signal));
  };
  return {
    isBegun: () => isBegun,
    answer: async (view) => {
      begin();
      return within(acknowledgeLimitMs, async (signal) => {
        const at = await requests.respond(messageResponse(view), signal);
        return at ?? requests.readOriginal(signal);
      });
    },
    answerPrivately: (view) => acknowledge(messageResponse(view, onlyThem)),
    deferPrivately: async () => {
      const type = InteractionResponseType.DeferredChannelMessageWithSource;
      await acknowledge({ body: { type, data: onlyThem } });
      return {
        finish: (view) => within(finishLimitMs, (signal) => requests.editOriginal(view, signal)),
      };
    },
    openForm: (form) => acknowledge({ body: { type: InteractionResponseType.Modal, data: modalOf(form) } }),
    acknowledge: () => acknowledge({ body: { type: InteractionResponseType.DeferredMessageUpdate } }),
    redraw: (view) => {
      const { body, files } = messagePayload(view);
      return acknowledge({ body: { type: InteractionResponseType.UpdateMessage, data: body }, files });
    },
  };
};
