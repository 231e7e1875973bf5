/** Every sentence the bot can say, as a type: a language that lacks one does not compile. Pure. */

import type { GuiWords } from '../gui-words.ts';
import type { ProblemKind } from '../problems.ts';
import type { TimelineWords } from '../timeline-words.ts';
import type { Activity } from '../turn.ts';
import type { RefusalWords, SettingWords } from './settings-words.ts';

/** What a problem's text may refer to. */
export type ProblemContext = {
  /** Registration page with the account's id, so that nothing is lost (nemo-api §10). */
  readonly registerUrl: string;
  /** Where people manage their plan and credits. */
  readonly siteUrl: string;
  /** The request went out, so there is a project to be kept; otherwise nothing was changed and nothing charged. */
  readonly isSent: boolean;
  /** Id of the turn or render, for the operator's log. */
  readonly reference: string;
};

export type Messages = {
  readonly activity: Readonly<Record<Exclude<Activity, 'uploading'>, string>> & {
    uploading(done: number, total: number): string;
    /** `percent` null: not known. */
    rendering(percent: number | null): string;
    readonly checking: string;
  };
  /** The regular sign of life; `elapsedMs` since the turn started. */
  stillWorking(elapsedMs: number): string;
  /** `ahead`: requests of this thread before this one. */
  queued(ahead: number): string;
  readonly ready: string;
  readonly greeting: string;
  /** Three things to try; also the labels of buttons (at most 80 characters). */
  readonly examples: readonly [string, string, string];
  /** Asked back, once in a thread, when an edit says only "better": what to change, and the words of each button. */
  readonly vague: {
    readonly question: string;
    /** Labels of buttons, and the instructions that they stand for. */
    readonly labels: readonly [string, string, string];
    readonly wishes: readonly [string, string, string];
    readonly anyway: string;
  };
  readonly dropQuestion: (fileCount: number) => string;
  starter(instruction: string): string;
  /** While it is looked up what became of an answer that broke off. */
  readonly brokenOff: string;
  readonly rawClipReady: string;
  readonly tracksAdded: string;
  /** The same, when the video that follows brings the list. */
  readonly tracksFollow: string;
  /** Above what follows, when the agent did its work without a word. */
  readonly done: string;
  readonly silentEdit: string;
  /** After a change that no readable key shows. */
  readonly somethingChanged: string;
  readonly unchanged: string;
  /** Stopped after it was sent: what is kept, and what it may have cost. */
  readonly cancelled: string;
  /** Stopped before it was sent. */
  readonly takenBack: string;
  /** The agent waits for an answer; `asked` is '' where it did not say what for. */
  question(asked: string): string;
  readonly keptIncomplete: string;
  readonly note: {
    readonly sessionRenewed: string;
    readonly restarted: string;
    /** Of one reason; there is at least one name. */
    filesRefused(names: readonly string[], reason: ProblemKind): string;
    readonly answerCut: string;
    readonly wordsChanged: string;
    filesReceived(count: number): string;
    /** Before a turn that costs more than what is left, as far as one can say. */
    fewCredits(available: number): string;
  };
  readonly render: {
    readonly slow: string;
    readonly ready: string;
    readonly delivered: string;
    readonly cancelled: string;
    readonly result: string;
    readonly tooLargeForChat: string;
    readonly mayNotAttach: string;
    readonly notFetched: string;
    readonly linkLabel: string;
    readonly projectLabel: string;
    /** Over a link to the project, told privately. */
    readonly projectLink: string;
    readonly noProjectLink: string;
    readonly asked: string;
  };
  readonly buttons: {
    readonly stop: string;
    readonly runAgain: string;
    /** Of what was not sent, and has cost nothing. */
    readonly tryAgain: string;
    readonly render: string;
    readonly renderAgain: string;
    readonly timeline: string;
    readonly edit: string;
    readonly delete: string;
  };
  /** Forms; titles and labels have at most 45 characters, placeholders 100. */
  readonly forms: {
    readonly editTitle: string;
    readonly editWords: string;
    readonly editWordsPlaceholder: string;
    readonly editFiles: string;
    readonly connectTitle: string;
    readonly connectToken: string;
    readonly connectTokenPlaceholder: string;
  };
  /** The word that asks for an export; the intent classifier knows it. */
  readonly exportWord: string;
  /** The words of the buttons that change the shape: "make it 9:16". */
  shapeWish(ratio: string): string;
  credits(available: number, frozen: number): string;
  /** The account answered, and named no amount. */
  readonly creditsUnknown: string;
  /** What a turn took, and what is left; null where that is nobody's business in this chat. */
  cost(took: number, left: number | null): string;
  /** Under a change in a server that renders on request only. */
  readonly renderOffer: string;
  readonly noTimeline: string;
  readonly uploadHelp: string;
  readonly noProject: string;
  readonly textWithheld: string;
  readonly emptyRequest: string;
  readonly notYours: string;
  readonly nothingToStop: string;
  readonly stopping: string;
  /** What `/nemo stop` did; at least one of the counts is more than 0. */
  stoppedThread(running: number, waiting: number): string;
  readonly startedOver: string;
  readonly stillBusy: string;
  readonly resultDeleted: string;
  readonly couldNotDelete: string;
  /** `threadLink` is shown as a link by the platform. */
  makingFromMessage(threadLink: string): string;
  readonly account: {
    /** `available` null: the account does not say. */
    connected(available: number | null): string;
    readonly disconnected: string;
    readonly nothingConnected: string;
    readonly malformedToken: string;
    readonly refusedToken: string;
  };
  readonly forget: {
    readonly question: string;
    readonly button: string;
    done(projects: number, requests: number): string;
    readonly busy: string;
  };
  about(facts: { readonly hearsWords: boolean; readonly version: string }): string;
  readonly laneFull: string;
  readonly staleButton: string;
  readonly unknownCommand: string;
  readonly somethingWentWrong: string;
  readonly restarting: string;
  readonly savedNothing: string;
  /** Under the answer to a request that a process did not live to store. */
  readonly lostRequest: string;
  /** An accepted request that cannot go on while nothing can be stored. */
  readonly savedForLater: string;
  readonly restTooLong: string;
  /** Where no thread can be, and what was said while the bot was away. */
  readonly places: {
    readonly goingOnDirectly: string;
    readonly directMessagesClosed: string;
    /** Told directly to somebody who called the bot where it may not write. */
    cannotWriteThere(names: readonly string[]): string;
    /** Above a video that is sent directly, because its thread does not take it. */
    readonly resultNotPosted: string;
    /** Asks about what was written while the bot was away. */
    missed(quotes: readonly string[]): string;
    readonly missedWithheld: string;
    readonly runMissed: string;
    readonly missedRuns: string;
  };
  missingPermissions(names: readonly string[]): string;
  readonly permissionNames: Readonly<
    Record<
      'view' | 'send' | 'openThread' | 'sendInThread' | 'attachFiles' | 'readHistory' | 'manageThreads',
      string
    >
  >;
  readonly refused: RefusalWords;
  readonly settings: SettingWords;
  threadName(instruction: string): string;
  readonly problems: Readonly<Record<ProblemKind, (context: ProblemContext) => string>>;
  readonly timeline: TimelineWords;
  readonly gui: GuiWords;
};
