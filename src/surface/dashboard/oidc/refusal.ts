// Why somebody who comes by a provider is not let in, in words that name nothing of what the provider sent.

export const REFUSALS = {
  "no-group": "none of your groups at the provider has a role here: ask whoever set up the login",
  stale:
    "this login was used before, was begun in another browser, or took longer than ten minutes: begin again",
  denied: "the provider did not log you in, or no longer does",
  invalid: "what the provider answered does not hold, so nobody was logged in",
  unreachable:
    "the provider does not answer; `sallyport dashboard link` on this machine still works",
  "another-person": "that was somebody else than the person of this session",
  "not-fresh": "the provider did not have you log in again, so nothing is confirmed",
  "no-check":
    "the provider gives no way to ask later whether you may still be here: it needs refresh tokens, or groups in its user information",
  locked: "you are locked in the directory of your organisation: ask whoever keeps it",
  unknown: "the directory of your organisation has nobody, or several, with your name",
  directory:
    "the file of people cannot be read, so nobody logs in by the provider: the dashboard's terminal says more",
  setup:
    "the login by a provider does not work as it is set up: the dashboard's terminal says more",
  changed: "the settings of the login were changed",
} as const;
export type RefusalCode = keyof typeof REFUSALS;

/** Somebody is not let in. `detail` is for the terminal: a name of an error, never a token or a text of the provider. */
export class LoginRefused extends Error {
  override readonly name = "LoginRefused";
  readonly code: RefusalCode;
  readonly detail: string;

  constructor(code: RefusalCode, detail = "", options: { cause?: unknown } = {}) {
    super(REFUSALS[code], options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = detail;
  }
}
