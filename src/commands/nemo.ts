/** /nemo: the few things that talk is bad at. Each subcommand is one object of the list. */
import { textView } from '../core/view.ts';
import type { CommandCall } from '../ports/chat.ts';
import type { Command, CommandServices, Subcommand } from './command.ts';
import { connect } from './connect.ts';
import { forget } from './forget.ts';
import { instruct } from './instruct.ts';
import { answerLater, maySteer, say } from './private-answers.ts';
import { settings } from './settings.ts';
import { version } from './version.ts';

const maySteerHere = (call: CommandCall, services: CommandServices): Promise<boolean> =>
  maySteer(call, services, { threadId: call.place.channelId, missing: services.messages.noProject });

/** Where there is no project, a person's own account may still be asked; nobody else's. */
const credits: Subcommand = {
  name: 'credits',
  description: { en: 'How many credits are left', zh: '查看剩余积分' },
  run: (call, services) =>
    answerLater(call, services, async () => {
      const { messages, relay, signal } = services;
      const { channelId } = call.place;
      if ((await relay.standing(channelId, call.person)) === 'notYours') return messages.notYours;
      const left = await relay.credits(channelId, call.person, signal);
      if (left === null) return messages.noProject;
      return left === 'unknown' ? messages.creditsUnknown : messages.credits(left.available, left.frozen);
    }),
};

const timeline: Subcommand = {
  name: 'timeline',
  description: { en: 'What is on the timeline', zh: '查看时间线上的内容' },
  run: (call, services) =>
    answerLater(call, services, async () => {
      const { messages, relay, signal } = services;
      const { channelId } = call.place;
      if ((await relay.standing(channelId, call.person)) === 'missing') return messages.noProject;
      const shown = await relay.timeline(channelId, { locale: call.person.locale, signal });
      return shown ?? messages.noTimeline;
    }),
};

const exportVideo: Subcommand = {
  name: 'export',
  description: { en: 'Render the video and post it (free)', zh: '导出视频并发出来（免费）' },
  run: async (call, services) => {
    if (!(await maySteerHere(call, services))) return;
    await instruct(call, services, { instruction: services.messages.exportWord, attachments: [] });
  },
};

const stop: Subcommand = {
  name: 'stop',
  description: { en: 'Stop what runs here and take back what waits', zh: '停止进行中的任务并撤回等待的请求' },
  run: (call, services) =>
    answerLater(call, services, async () => {
      const { messages, relay } = services;
      const stopped = await relay.stopThread(call.place.channelId, call.person);
      if (stopped === 'missing') return messages.noProject;
      if (stopped === 'notYours') return messages.notYours;
      const { running, waiting } = stopped;
      return running + waiting === 0 ? messages.nothingToStop : messages.stoppedThread(running, waiting);
    }),
};

/** Told to everybody in the thread: what they write next means something else. */
const startOver: Subcommand = {
  name: 'new',
  description: { en: 'Begin a new project in this thread', zh: '在这里开始一个新项目' },
  run: async (call, services) => {
    const { messages, relay } = services;
    const result = await relay.startOver(call.place.channelId, call.person);
    if (result === 'done') {
      await call.answer(textView(messages.startedOver));
      return undefined;
    }
    const texts = { busy: messages.stillBusy, missing: messages.noProject, notYours: messages.notYours };
    return say(call, texts[result]);
  },
};

const about: Subcommand = {
  name: 'about',
  description: { en: 'What this bot does and how to talk to it', zh: '这个机器人能做什么、怎么用' },
  run: (call, { messages }) => say(call, messages.about({ hearsWords: call.hearsWords, version })),
};

const subcommands: readonly Subcommand[] = [
  credits,
  timeline,
  exportVideo,
  stop,
  startOver,
  connect,
  settings,
  forget,
  about,
];

export const nemo: Command = {
  definition: {
    name: 'nemo',
    description: { en: 'Your video project and your account', zh: '你的视频项目和账户' },
    options: [],
    subcommands: subcommands.map(({ name, description }) => ({ name, description })),
  },
  run: (call, services) => {
    const subcommand = subcommands.find(({ name }) => name === call.subcommand);
    return subcommand === undefined
      ? say(call, services.messages.unknownCommand)
      : subcommand.run(call, services);
  },
};
