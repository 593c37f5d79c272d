// What becomes of a prompt that was looked through.

/** What a prompt holds and what becomes of it. `message` names kinds and lines, never a value. */
export type PromptVerdict = {
  readonly action: "pass" | "tell" | "block";
  readonly message: string;
};
