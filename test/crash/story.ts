/** One person, one request, one video: how it is told, and what must be true of it in the end, seen from outside only. */
import { expect } from 'vitest';
import type { Message, Snowflake } from '../../playground/discord/shapes.ts';
import { pictures } from '../e2e/house.ts';
import {
  credits,
  general,
  hasVideo,
  isAcknowledged,
  isTakenBack,
  ours,
  type Story,
  statusesOf,
  threadsOf,
} from './chat-look.ts';
import type { CrashHouse } from './crash-house.ts';
import { countIn } from './figures.ts';

/**
 * `video`: everything was sent once, charged once and posted once. `unsent`: a request never left, nothing was charged for it, and the
 * person was told so.
 */
export type Ending = 'video' | 'unsent';

const waitMs = 90_000;

const videoEnd = /Your video is below/u;
/** Sentences with which a turn may end instead; each says what happened to the request. */
const honestEnd =
  /I have not sent your request a second time|I couldn't save this step|I couldn't save your request|could not be reached/u;

const maya = ({ discord }: CrashHouse): Snowflake => discord.people.ids.users['maya'] ?? '';

/** Runs `/makevideo` with one picture, and does not wait for anything. */
export const beginStory = async (house: CrashHouse, name: string): Promise<Story> => {
  const { people } = house.discord;
  const [image1] = await pictures(1);
  if (image1 === undefined) throw new Error('There is no picture.');
  // In brackets, so that no story's words are the beginning of another's.
  const prompt = `turn my photo into a short video (${name})`;
  const interaction = await people.runCommand({
    userId: maya(house),
    channelId: general(house),
    name: 'makevideo',
    options: { prompt, image1 },
  });
  return { instructions: [prompt], interactionId: interaction.id };
};

const submissionsOf = (house: CrashHouse, { instructions }: Story) =>
  house.nemo.ledger.submissions().filter(({ text }) => instructions.includes(text));

/** Says something more in the thread of a story, once its first words are answered; resolves when these are heard as well. */
export const goOn = async (house: CrashHouse, story: Story, instruction: string): Promise<Story> => {
  const { people } = house.discord;
  const untilHeard = ({ instructions }: Story): Promise<string> =>
    people.until(
      'a status message for each request',
      () => threadsOf(house, story).find((id) => statusesOf(house, id).length >= instructions.length),
      waitMs,
    );
  const longer = { ...story, instructions: [...story.instructions, instruction] };
  const channelId = await untilHeard(story);
  await people.sendMessage({ userId: maya(house), channelId, content: instruction });
  await untilHeard(longer);
  return longer;
};

const stopButton = /^stop:/u;
const mayStop = ({ components }: Message): boolean =>
  components.some((row) =>
    row.components.some((part) => part.type === 2 && stopButton.test(part.custom_id ?? '')),
  );

/** Each request has its status message, none of them is at work, and the newest says how it ended. */
const isOver = (house: CrashHouse, threadId: Snowflake, story: Story): boolean => {
  const statuses = statusesOf(house, threadId);
  const last = statuses.at(-1)?.content ?? '';
  const isLong = statuses.length >= story.instructions.length;
  return isLong && !statuses.some(mayStop) && (videoEnd.test(last) || honestEnd.test(last));
};

const describe = (house: CrashHouse, story: Story): string =>
  [
    ...threadsOf(house, story).flatMap((threadId) => house.transcript(threadId)),
    '',
    ...house.bot.state().output.slice(-25),
  ].join('\n');

/** Whether it has come to its last line; a look, not a judgement. */
export const isOverFor = (house: CrashHouse, story: Story): boolean =>
  threadsOf(house, story).some((threadId) => isOver(house, threadId, story));

/** Until there is one clear last line in the thread. */
const untilOver = async (house: CrashHouse, story: Story): Promise<void> => {
  try {
    await house.discord.people.until('the end', () => isOverFor(house, story), waitMs);
  } catch (cause) {
    throw new Error(`"${story.instructions[0]}" has no end:\n${describe(house, story)}`, { cause });
  }
};

/** Two results of one render carry the same buttons. */
const keyOf = ({ components }: Message): string => JSON.stringify(components);

const measure = (house: CrashHouse, threadId: Snowflake, story: Story) => {
  const submissions = submissionsOf(house, story);
  const [sessionId] = submissions.map((submission) => submission.sessionId);
  const charges = sessionId === undefined ? [] : house.nemo.ledger.charges(sessionId);
  const results = ours(house, threadId).filter(hasVideo);
  const sentOnce = new Set(submissions.map(({ text }) => text)).size;
  const figures = {
    chargesDoubled: Math.max(0, charges.length - sentOnce),
    resultsLost: sentOnce > 0 && results.length === 0 ? 1 : 0,
    resultsDoubled: results.length - new Set(results.map(keyOf)).size,
    unsentAndSaidSo: story.instructions.length - sentOnce,
  };
  return { figures, submissions, results, charges };
};

/** The next wish in the thread is answered: nothing blocks its lane, and what was in it before is over. */
export const expectLaneIsFree = async (house: CrashHouse, story: Story): Promise<void> => {
  const { people } = house.discord;
  const threadId = await people.until('the thread', () => threadsOf(house, story)[0], waitMs);
  const asked = await people.sendMessage({ userId: maya(house), channelId: threadId, content: 'credits' });
  const isAnswer = ({ id, content }: Message): boolean =>
    BigInt(id) > BigInt(asked.id) && credits.test(content);
  await house.waitForMessage(threadId, isAnswer, 'the answer to the next wish');
};

const expectOneOfEach = (house: CrashHouse, story: Story): Ending => {
  const [threadId, ...doubles] = threadsOf(house, story);
  expect(doubles, 'threads').toEqual([]);
  if (threadId === undefined) throw new Error('There is no thread.');
  const seen = describe(house, story);
  const { figures, submissions, results, charges } = measure(house, threadId, story);
  const { unsentAndSaidSo } = figures;
  // Counted before anything is judged, so that the figures are those of a failed run as well.
  if (!house.told.includes(story)) countIn({ stories: 1, ...figures });
  const sent = submissions.map(({ text }) => text);
  const inOrder = story.instructions.filter((instruction) => sent.includes(instruction));
  expect(sent, `sent once, in order\n${seen}`).toEqual(inOrder);
  expect(charges.length, `one charge for each\n${seen}`).toBe(submissions.length);
  const nothing = { chargesDoubled: 0, resultsLost: 0, resultsDoubled: 0, unsentAndSaidSo };
  expect({ ...figures, seen }).toEqual({ ...nothing, seen });
  expect(results.length, `no more results than requests\n${seen}`).toBeLessThanOrEqual(sent.length);
  const statuses = statusesOf(house, threadId);
  expect(statuses.length, `the same status message was carried on\n${seen}`).toBe(story.instructions.length);
  const honest = statuses.filter(({ content }) => honestEnd.test(content));
  expect(honest.length, `what was not sent was said\n${seen}`).toBe(unsentAndSaidSo);
  return unsentAndSaidSo === 0 ? 'video' : 'unsent';
};

/** Nothing of it was done: not sent, not charged, no thread. */
export const expectNothingDone = (house: CrashHouse, story: Story): void => {
  expect(submissionsOf(house, story)).toEqual([]);
  expect(threadsOf(house, story)).toEqual([]);
};

/** Of a request that was not stored: who was answered reads that it was in vain, and nothing of it was done. */
export const expectNothingPromised = async (house: CrashHouse, story: Story): Promise<void> => {
  const isClear = (): boolean => !isAcknowledged(house, story) || isTakenBack(house, story);
  await house.discord.people.until(`"${story.instructions[0]}" taken back`, isClear, waitMs);
  if (isTakenBack(house, story)) countIn({ takenBack: 1 });
  expectNothingDone(house, story);
};

/** Waits for the end of a story and says which one it was. Fails when anything is lost, doubled, charged twice or left unclear. */
export const expectGoodEnd = async (house: CrashHouse, story: Story): Promise<Ending> => {
  await untilOver(house, story);
  const ending = expectOneOfEach(house, story);
  await expectLaneIsFree(house, story);
  house.told.push(story);
  return ending;
};

/** Looks once more at every story that came to a good end: nothing was posted, sent or charged afterwards. */
export const expectNothingCameLater = (house: CrashHouse): void => {
  expect(house.told.length).toBeGreaterThan(0);
  for (const story of house.told) expectOneOfEach(house, story);
};
