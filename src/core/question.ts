/** Whether words end as a question. Knows punctuation, no meaning. Pure. */

/** "how long is it?", "现在多长？", also before a closing quote or bracket. */
export const isQuestion = (instruction: string): boolean => /[?？][\s"'”’)）]*$/u.test(instruction);
