/** English. Pure. */
import { cleanLine, quoteWish, shortenText } from '../foreign-text.ts';
import type { Messages } from './catalogue.ts';
import { guiWordsEn } from './gui-en.ts';
import { filesRefusedEn, problemTextsEn } from './problems-en.ts';
import { refusalWordsEn, settingWordsEn } from './settings-en.ts';
import { timelineWordsEn } from './timeline-en.ts';

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** "45 s", "4 min", "1 h 5 min". */
const duration = (durationMs: number): string => {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0
    ? `${Math.floor(minutes / 60)} h`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

export const messagesEn: Messages = {
  activity: {
    connecting: 'Connecting...',
    thinking: '💭 Working on it',
    generating: '🎬 Generating video',
    music: '🎵 Adding music',
    editing: '✂️ Editing',
    analysing: '🔍 Looking at your pictures',
    uploading: (done, total) => `📤 Uploading ${Math.min(done + 1, total)} of ${total}`,
    rendering: (percent) => (percent === null ? '🎞️ Rendering' : `🎞️ Rendering ${Math.round(percent)} %`),
    checking: '🔍 Checking the result',
  },
  stillWorking: (elapsedMs) => `⏳ Still working... (${duration(elapsedMs)})`,
  queued: (ahead) =>
    `🕐 Noted! I'll start as soon as the ${ahead === 1 ? 'request' : `${ahead} requests`} before this one ${ahead === 1 ? 'is' : 'are'} done.`,
  ready: "✅ Ready, and I've started. This may take a few minutes.",
  greeting: '👋 Ready when you are. Drop your images here or tell me what you want to make.',
  examples: [
    'turn my photos into a short video with smooth transitions and background music',
    'turn three product photos into a 1080p MP4',
    'make a slideshow of my pictures with a title and soft music',
  ],
  vague: {
    question:
      '✨ Gladly! What would you change? For example the music, the title or the pace. Pick one, or tell me in your own words: "a calmer song", "start with the beach".',
    labels: ['🎵 Music', '🔤 Title', '⏩ Pace'],
    wishes: [
      'choose background music that fits the pictures better',
      'make the title clearer and give it a style that suits the video',
      'give the video a livelier pace with smoother transitions',
    ],
    anyway: 'Just do it (may cost credits)',
  },
  dropQuestion: (fileCount) =>
    `📥 Got ${plural(fileCount, 'file', 'files')}. What shall I make of ${fileCount === 1 ? 'it' : 'them'}? Just write it here, or pick one:`,
  starter: (instruction) => `🎬 ${quoteWish(instruction)}`,
  brokenOff:
    "The answer broke off. I'm looking at what has been done, which may take a few minutes. Nothing is sent twice.",
  rawClipReady: '✅ The raw clip is ready. Music and titles are being added now.',
  tracksFollow:
    'Everything on the timeline is listed with the video below. Keep it all, or tell me what to take out.',
  tracksAdded: 'Here is everything on the timeline. Keep it all, or tell me what to take out:',
  done: '✅ Done.',
  silentEdit: 'Done. This is what changed:',
  somethingChanged: '✅ Done. The change is in details that have no name here; the video will show it.',
  unchanged:
    'I looked at the timeline, and nothing changed. Tell me in other words what you would like, as exactly as you can.',
  cancelled:
    '⏹️ Stopped. Your project is kept with all that was made so far; what was done up to here may have cost credits. Just write what to do next.',
  takenBack: '⏹️ Taken back before it began: nothing was changed, and nothing was charged.',
  question: (asked) => `❓ I need your answer here before I go on${asked === '' ? '.' : `: ${asked}`}`,
  keptIncomplete: '*(The answer broke off here.)*',
  note: {
    sessionRenewed:
      '🔄 The old project could not be opened any more, so I started a new one and gave it your files again.',
    restarted: '🔄 I was restarted in between and am looking at what has been done.',
    filesRefused: filesRefusedEn,
    wordsChanged: "✏️ You changed your message: I'll do it as it reads now.",
    answerCut: '✂️ The answer got too long and was cut off here. Write *go on* to get the rest.',
    filesReceived: (count) => `📥 Got ${plural(count, 'file', 'files')}.`,
    fewCredits: (available) =>
      available === 0
        ? '💳 No credits are left. A question may be answered all the same; everything else needs new ones.'
        : `💳 Only ${plural(available, 'credit', 'credits')} left: an edit takes about 50, a new clip about 100, so this may stop half-way.`,
  },
  render: {
    slow: '🎞️ Rendering takes longer than usual; I keep at it and post the video as soon as it is there',
    ready: '🎞️ Rendered, posting it now',
    delivered: '✅ Your video is below',
    cancelled: '⏹️ Rendering stopped; the project is kept, and *export* renders it again for free',
    result: '🎬 Your video is ready!',
    mayNotAttach: 'I may not attach files here, so this is its link.',
    notFetched: "I couldn't fetch the file to post it here, so this is its link.",
    tooLargeForChat: 'The file is too large to post here, so this is its link.',
    linkLabel: 'Download MP4',
    projectLabel: 'Open project',
    projectLink: 'This link opens the project on the NemoVideo site. It works for about a week.',
    noProjectLink: 'NemoVideo gave no link to this project. Please try again in a few minutes.',
    asked: '🎬 Exporting your video.',
  },
  buttons: {
    stop: 'Stop',
    runAgain: 'Run again (may cost credits)',
    tryAgain: 'Try again',
    render: 'Render',
    renderAgain: 'Render again',
    timeline: 'Timeline',
    edit: 'Edit',
    delete: 'Delete',
  },
  forms: {
    editTitle: 'Edit the video',
    editWords: 'What shall I change?',
    editWordsPlaceholder: 'make the title bigger and the music quieter',
    editFiles: 'More pictures, videos or music',
    connectTitle: 'Connect your NemoVideo account',
    connectToken: 'Your token (leave empty to disconnect)',
    connectTokenPlaceholder: 'nmv_usr_…',
  },
  exportWord: 'export',
  shapeWish: (ratio) => `make it ${ratio}`,
  credits: (available, frozen) =>
    frozen > 0
      ? `💳 ${plural(available, 'credit', 'credits')} left; ${frozen} more are reserved for what is running. Exporting is free.`
      : `💳 ${plural(available, 'credit', 'credits')} left. Exporting is free.`,
  creditsUnknown:
    "💳 NemoVideo doesn't say how many credits are left right now. Please ask again in a few minutes; you can go on meanwhile.",
  cost: (took, left) =>
    left === null
      ? `💳 Took about ${plural(took, 'credit', 'credits')}.`
      : `💳 Took about ${plural(took, 'credit', 'credits')}, ${left} left.`,
  renderOffer: '🎞️ Press *Render* when you want to have the video. It is free.',
  noTimeline: 'There is nothing on the timeline yet. Send me pictures or tell me what to make.',
  uploadHelp: 'Drop your files right here in the chat: up to 200 MB each, pictures, videos or music.',
  noProject: 'There is no project here yet. Start one with `/makevideo`.',
  textWithheld: "Discord didn't show me what you wrote here. Mention me in the message, or use `/makevideo`.",
  emptyRequest: 'Tell me what to make, or add a few pictures.',
  notYours: 'Only the person who started this (or a moderator) can do that here.',
  nothingToStop: 'Nothing is running any more.',
  stopping: 'Stopping.',
  stoppedThread: (running, waiting) =>
    [
      running > 0 ? '⏹️ Stopped what was running.' : '⏹️',
      ...(waiting > 0 ? [`Took back ${plural(waiting, 'waiting request', 'waiting requests')}.`] : []),
      'What was made so far is kept; just write what to do next.',
    ].join(' '),
  startedOver:
    '🆕 This is a fresh start: what you write next begins a new project, and files from before are not part of it. The old project stays in the NemoVideo account.',
  stillBusy:
    'Something is still running or waiting here. Let it finish, or stop it with `/nemo stop`, and then start over.',
  resultDeleted:
    '🗑️ Deleted. Nothing else is lost: the project is kept, and `/nemo export` brings the video back for free.',
  couldNotDelete: "I couldn't delete this message. It may be gone already.",
  makingFromMessage: (threadLink) => `🎬 I'm making a video of this message here: ${threadLink}`,
  account: {
    connected: (available) =>
      `🔗 Connected${available === null ? '' : `: ${plural(available, 'credit', 'credits')} left`}. Projects that you start from now on use your account; in a thread that already has a project, \`/nemo new\` starts over with it. Your token is stored encrypted and never shown.`,
    disconnected:
      '🔌 Disconnected, and your token is deleted here. Projects that were made with it stay in your NemoVideo account; to go on with them here, connect again.',
    nothingConnected: 'You have not connected an account, so nothing changed.',
    malformedToken:
      "That doesn't look like a NemoVideo token: it starts with `nmv_usr_`, followed by letters and digits. I have not stored it.",
    refusedToken:
      'NemoVideo does not accept this token; it may be expired or revoked. I have not stored it, and nothing changed.',
  },
  forget: {
    question: [
      '🗑️ Shall I forget you? I delete everything I keep about you, in every server: your projects and the list of their files, your requests, and the NemoVideo account that you use here (the one that you connected, or the starter account with its credits). What runs or waits for you stops. This cannot be undone.',
      'Not mine to delete: the messages and videos in Discord, and what NemoVideo keeps of your projects. For fairness I remember for up to 30 days that you made requests, and for 7 days that you gave up a starter account; nothing else.',
    ].join('\n'),
    button: 'Forget me',
    done: (projects, requests) =>
      `🗑️ Done. I deleted ${plural(projects, 'project', 'projects')} and ${plural(requests, 'request', 'requests')}, and what belonged to them. Buttons on older messages no longer work.`,
    busy: 'Something is still running for you and did not stop in time. Nothing is deleted yet. Please try again in a minute.',
  },
  about: ({ hearsWords, version }) =>
    [
      `**Makevideo ${version}** turns words and pictures into a finished video. NemoVideo's cloud agent does the editing; I tell you what it says and post the MP4.`,
      '**Start:** `/makevideo`, mention me with your pictures, or *Make video* in the menu of a message (*Apps*). In a direct message just write.',
      hearsWords
        ? '**Go on:** write in the thread what to change: "make the title bigger". I read the words in threads that have a project, and elsewhere only messages that mention me or bring pictures to a channel set up for that.'
        : '**Go on:** mention me in the thread, or press *Edit*: I do not see other messages in servers.',
      '**Commands:** `/nemo credits`, `timeline`, `export`, `stop`, `new`, `connect`; `/nemo forget` makes me forget you; `/nemo settings` is for those who run the server.',
      '**Privacy:** what you ask for and the files that you send go to NemoVideo. I keep your requests and where your files are, so that a restart loses nothing; no copies of files, and tokens only encrypted.',
    ].join('\n'),
  laneFull:
    'There are too many requests waiting in this thread. Let me finish some first, then send it again.',
  staleButton: 'This button belongs to something that is no longer kept. Start again with `/makevideo`.',
  unknownCommand: "I don't know this command. It may be from an older version; try `/makevideo`.",
  somethingWentWrong: 'Something went wrong on my side. Please try again.',
  restarting: "I'm restarting right now. Please try again in a moment.",
  lostRequest:
    '⚠️ I was restarted before I could save this, so I have not started it and nothing was charged. Please send it again.',
  savedNothing:
    "I couldn't save your request, so I have not started it and nothing was charged. Please try again in a few minutes.",
  savedForLater:
    "I can't save anything right now, so I have not started yet. Your request is kept, and I go on by myself as soon as I can.",
  restTooLong: 'The rest is in the file below.',
  places: {
    goingOnDirectly: "✉️ No thread can be opened here, so I'm going on with you in our direct messages.",
    directMessagesClosed:
      "No thread can be opened here, and Discord doesn't let me write to you directly, so I have not started. Allow direct messages in your privacy settings, or call me in a text channel of a server that has added me.",
    cannotWriteThere: (names) =>
      `You called me in a channel in which I can't answer. I need the ${names.length === 1 ? 'permission' : 'permissions'} ${names.map((name) => `**${name}**`).join(', ')} there. Please ask someone who runs that server, or just tell me here what to make.`,
    resultNotPosted: "I couldn't post this where you asked for it, so here it is.",
    missed: (quotes) =>
      [
        `💤 While I was away, you wrote:`,
        ...quotes.map((quote) => `> ${quote}`),
        quotes.length === 1 ? 'Shall I do it now?' : 'Shall I do these now?',
      ].join('\n'),
    missedWithheld:
      "💤 While I was away, something was written here that Discord doesn't show me. Mention me in a message, or press *Edit* under a video.",
    runMissed: 'Yes, do it',
    missedRuns: "✅ I'm on it.",
  },
  missingPermissions: (names) =>
    `I can't work here. I need the ${names.length === 1 ? 'permission' : 'permissions'} ${names.map((name) => `**${name}**`).join(', ')}. Please ask someone who runs this server, or write to me in a direct message.`,
  permissionNames: {
    view: 'View Channel',
    send: 'Send Messages',
    openThread: 'Create Public Threads',
    sendInThread: 'Send Messages in Threads',
    attachFiles: 'Attach Files',
    readHistory: 'Read Message History',
    manageThreads: 'Manage Threads (this thread is locked)',
  },
  refused: refusalWordsEn,
  settings: settingWordsEn,
  threadName: (instruction) => shortenText(cleanLine(instruction, 400), 80) || 'New video',
  problems: problemTextsEn,
  timeline: timelineWordsEn,
  gui: guiWordsEn,
};
