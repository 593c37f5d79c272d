// `sallyport notify add` and `remove`: a channel in notify.yaml, shown as a change before it is made.
import { defineCommand } from "citty";
import { commaList } from "#base/comma-list.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { dataDirectory, directoriesIn } from "../../../foundation/files/directories.ts";
import { readPrivateFile, writePrivateFile } from "../../../foundation/files/private-file.ts";
import { changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { consentOptions, dataOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { withChannel, withoutChannel } from "../../../services/notify/edit-settings.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";

const EMPTY = "channels: []\n";

type ChangeArguments = Parameters<typeof changeRequest>[0] & { readonly name: string };

export const addCommand = defineCommand({
  meta: {
    name: "add",
    description: `Add a channel to notify.yaml; shows the change first

  sallyport notify add security --to slack --url env:SLACK_URL --levels critical,high
  sallyport notify add pager --to pagerduty --routing-key pass:team/pager --levels critical
  sallyport notify add soar --to webhook --url https://soar.example.com/in --secret vault:secret/soar#key
  sallyport notify add mail --to email --host mail.example.com --from alerts@example.com --recipients ada@example.com

A secret is a reference (\`env:NAME\`, \`pass:...\`, \`vault:...\`), never itself. Quiet hours and limits are written into the file.`,
  },
  args: {
    name: { type: "positional", required: true, description: "how it is called" },
    to: { type: "string", required: true, valueHint: "KIND", description: "`notify list --kinds`" },
    levels: { type: "string", valueHint: "LEVELS", description: "add a rule for these levels" },
    url: { type: "string", valueHint: "ADDRESS", description: "of slack and teams a reference" },
    secret: {
      type: "string",
      valueHint: "REFERENCE",
      description: "what a webhook is signed with",
    },
    "routing-key": { type: "string", valueHint: "REFERENCE", description: "of PagerDuty" },
    host: { type: "string", valueHint: "HOST", description: "the mail server" },
    port: { type: "string", valueHint: "N", description: "its port (default: 587)" },
    tls: { type: "string", valueHint: "starttls|direct|none", description: "of the mail server" },
    user: { type: "string", valueHint: "NAME", description: "who logs in there" },
    password: { type: "string", valueHint: "REFERENCE", description: "with which password" },
    from: { type: "string", valueHint: "MAILBOX", description: "whose mail it is" },
    recipients: { type: "string", valueHint: "MAILBOXES", description: "who gets it" },
    link: { type: "string", valueHint: "ADDRESS", description: "where to look, with `{id}` in it" },
    buttons: { type: "boolean", description: "let people acknowledge in Slack" },
    internal: { type: "boolean", description: "its address is one of a private network" },
    ...consentOptions,
    ...dataOption,
  },
  async run({ args }) {
    const texts = ["url", "secret", "host", "tls", "user", "password", "from", "link"] as const;
    const port = args.port === undefined ? {} : { port: portOf(args.port) };
    const list = args.recipients === undefined ? {} : { recipients: commaList(args.recipients) };
    const routingKey = args["routing-key"];
    const settings = {
      name: args.name,
      to: args.to,
      ...Object.fromEntries(
        texts.flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])),
      ),
      ...(routingKey === undefined ? {} : { routingKey }),
      ...port,
      ...list,
      ...(args.buttons === true ? { buttons: true } : {}),
      ...(args.internal === true ? { internal: true } : {}),
    };
    const levels = args.levels === undefined ? [] : commaList(args.levels);
    await change(args, "added", (text, file) => withChannel(text, { settings, levels }, file));
  },
});

export const removeCommand = defineCommand({
  meta: {
    name: "remove",
    description: `Take a channel out of notify.yaml, and out of its rules; shows the change first

  sallyport notify remove security --dry-run
  sallyport notify remove security

What waits for the channel stays on disk and is sent when a channel of this name is there again.`,
  },
  args: {
    name: { type: "positional", required: true, description: "the channel's name" },
    ...consentOptions,
    ...dataOption,
  },
  async run({ args }) {
    await change(args, "removed", (text, file) => withoutChannel(text, args.name, file));
  },
});

async function change(
  args: ChangeArguments,
  done: "added" | "removed",
  edit: (text: string, file: string) => string,
): Promise<void> {
  const { notifyFile: file } = directoriesIn(args.data ?? dataDirectory());
  const before = readPrivateFile(file, { secret: false });
  const after = edit(before ?? EMPTY, file);
  const diff = unifiedDiff(before, after, "notify.yaml");
  const request = changeRequest(args, openTerminal());
  const consent = await seekConsent(request, { diff, notes: [] });
  if (consent === "given") {
    // WHY again: what was shown is what is written over.
    if (readPrivateFile(file, { secret: false }) !== before)
      throw new Failure("notify-changed", `\`${file}\` was changed meanwhile: try again`);
    writePrivateFile(file, after);
  }
  const outcome = consent === "given" ? done : consent;
  const { name } = args;
  await tell(
    args,
    { outcome, name, file, diff },
    consent === "given"
      ? `${printable(name)} is ${done}: \`sallyport notify ${done === "added" ? `test ${printable(name)}` : "list"}\``
      : consent === "declined"
        ? "nothing was written"
        : undefined,
  );
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new Failure("usage", "`--port` is a whole number");
}
