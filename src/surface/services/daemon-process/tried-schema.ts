// What can be tried, and what came of it, as both cross to the daemon and back.
import * as v from "valibot";

/** What can be tried. */
export const TRIED = ["export", "channel", "provider"] as const;

const WORD_CHARS_MAX = 64;
const SAYS_CHARS_MAX = 4_096;
const CHECKUPS_MAX = 64;

/** The order's fields. */
export const trialEntries = {
  what: v.picklist(TRIED),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
};

/** The answer's. */
export const triedEntries = {
  outcome: v.pipe(v.string(), v.maxLength(WORD_CHARS_MAX)),
  checkups: v.pipe(
    v.array(
      v.object({ isGood: v.boolean(), says: v.pipe(v.string(), v.maxLength(SAYS_CHARS_MAX)) }),
    ),
    v.maxLength(CHECKUPS_MAX),
  ),
};
