/**
 * The wait before an email is sent once more whose outcome is unknown, because the mail server never
 * replied to its last line. It may have arrived, so this happens late and seldom, and then an
 * administrator decides.
 */
export const repeatAfterHours: readonly number[] = [1, 6];

export const maxRepeats = repeatAfterHours.length;

/** Undefined when it is not repeated any more. `unanswered` counts the latest attempt, too. */
export function hoursToRepeat(unanswered: number): number | undefined {
  return repeatAfterHours[unanswered - 1];
}
