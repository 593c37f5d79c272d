// Commands about calls that another person has to approve.
import { type CommandEntry, command, group } from "../command-line/entry.ts";

const SIGNED = {
  0: "signed, and the receipt written",
  1: "the word was not typed; nothing was signed",
  2: "cannot be answered, or not by you",
} as const;

/** `sallyport approvals`. */
export const approvals: CommandEntry = group(
  "calls that a second person has to approve",
  `Calls that a second person has to approve (rules with \`approval\`)

  sallyport approvals list                                    what waits here
  sallyport approvals show ap-0011223344556677 --export request.json
  sallyport approvals approve request.json --export receipt.json    on the other person's machine
  sallyport approvals import receipt.json                     and the call may be asked for again
  sallyport approvals key                                     your own key, to approve what others ask`,
  {
    list: command(
      "calls that wait, and approvals that count",
      async () => (await import("../commands/approvals/approvals-list.ts")).listCommand,
      {
        0: "nothing waits",
        1: "something waits, or a file is not ours",
      },
    ),
    show: command(
      "one request; with --export the file for the other person",
      async () => (await import("../commands/approvals/approvals-list.ts")).showCommand,
      { 0: "shown", 2: "there is no such request, or the file is there already" },
    ),
    approve: command(
      "approve what somebody else asks for",
      async () => (await import("../commands/approvals/approvals-answer.ts")).approveCommand,
      SIGNED,
    ),
    deny: command(
      "deny what somebody else asks for, or end a request",
      async () => (await import("../commands/approvals/approvals-answer.ts")).denyCommand,
      { ...SIGNED, 0: "signed, and the receipt written; or ended" },
    ),
    revoke: command(
      "end an approval before it is used",
      async () => (await import("../commands/approvals/approvals-answer.ts")).revokeCommand,
      { 0: "ended", 2: "there is none" },
    ),
    import: command(
      "take the other person's answer in",
      async () => (await import("../commands/approvals/approvals-answer.ts")).importCommand,
      { 0: "it counts", 1: "it does not count", 2: "cannot be read" },
    ),
    key: command(
      "your key to approve with; prints the public one",
      async () => (await import("../commands/approvals/approvers.ts")).keyCommand,
      { 0: "printed", 2: "it is damaged, or cannot be made" },
    ),
    approvers: command(
      "whom you listed",
      async () => (await import("../commands/approvals/approvers.ts")).approversCommand,
      {
        0: "shown",
        2: "the list was altered",
      },
    ),
    trust: command(
      "list somebody who may approve",
      async () => (await import("../commands/approvals/approvers.ts")).trustCommand,
      {
        0: "listed",
        1: "the word was not typed",
        2: "cannot be listed",
      },
    ),
    untrust: command(
      "take somebody off your list",
      async () => (await import("../commands/approvals/approvers.ts")).untrustCommand,
      { 0: "off the list", 2: "nobody of this name is listed" },
    ),
  },
);
