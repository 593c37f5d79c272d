// The part of a CLAUDE.md that says what is kept, whom to tell, and what to do when something went wrong.

/** Whom to tell. What is not given is left out. */
export type Contacts = {
  readonly team?: string | undefined;
  readonly onCall?: string | undefined;
  readonly channel?: string | undefined;
};

const OPENER = "<!-- sallyport: security section -->";
const CLOSER = "<!-- /sallyport -->";

/** The section. It says itself that it enforces nothing: a text for the model is guidance. */
export function securitySection({ team, onCall, channel }: Contacts): string {
  return [
    OPENER,
    "## Security",
    "",
    "This section is guidance. What must not happen is refused by rules (`sallyport policy show`), not by this text.",
    "",
    "- Secrets are in the keychain, a secret manager or an ignored `.env`. Copy `.env.example` and fill it in; commit no value.",
    "- Name the variable that holds a secret, never the value: not in code, tests, commit messages, nor in this file.",
    "",
    "### Contacts",
    ...(team === undefined ? [] : [`- Security team: ${team}`]),
    ...(onCall === undefined ? [] : [`- On call: ${onCall}`]),
    ...(channel === undefined ? [] : [`- Channel: ${channel}`]),
    "",
    "### When something went wrong",
    "1. Stop all sessions: `sallyport lockdown`.",
    "2. Keep the record as it is: `sallyport log verify`, then `sallyport log export`.",
    "3. Tell the security team at once.",
    CLOSER,
    "",
  ].join("\n");
}

/** A CLAUDE.md with the section in it: in place of the one before, else at its end. */
export function withSection(text: string | undefined, section: string): string {
  const before = text ?? "";
  const start = before.indexOf(OPENER);
  const end = before.indexOf(`${CLOSER}\n`, start);
  if (start !== -1 && end !== -1) {
    return before.slice(0, start) + section + before.slice(end + CLOSER.length + 1);
  }
  const gap =
    before === "" ? "" : before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  return `${before}${gap}${section}`;
}

/** The text with our section blank: it says itself that it is guidance. */
function withoutSection(text: string): string {
  const start = text.indexOf(OPENER);
  const end = text.indexOf(CLOSER, start);
  if (start === -1 || end === -1) return text;
  return text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, "") + text.slice(end);
}

/** A line of a text for the model that forbids something, with the path or command that it names. */
export type Prohibition = { readonly line: number; readonly subject: string };

const LINES_MAX = 5_000;
const FORBIDS =
  /\b(?:never|do not|don't|must not|may not|not allowed to|forbidden to|under no circumstances)\b/i;

/**
 * Lines that forbid something and name it between backticks. Nothing but a rule or a hook enforces them, so each is worth a look.
 */
export function prohibitionsIn(text: string): readonly Prohibition[] {
  return withoutSection(text)
    .split("\n")
    .slice(0, LINES_MAX)
    .flatMap((raw, index) => {
      const line = raw.slice(0, 1_000);
      const forbids = FORBIDS.exec(line);
      if (forbids === null) return [];
      const named = /`([^`]{2,200})`/.exec(line.slice(forbids.index));
      return named?.[1] === undefined ? [] : [{ line: index + 1, subject: named[1] }];
    });
}
