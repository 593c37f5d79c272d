// `sallyport lockdown` and `sallyport restore`: in an incident every call is refused at once, until a person ends it.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { giveOrder } from "../../daemon/daemon-client.ts";
import { LOCKDOWN_REASON_CHARS_MAX, lockDown } from "../../daemon/lockdown.ts";
import { dataDirectory, directoriesIn } from "../../directories.ts";
import { typedAtTerminal } from "../controlling-terminal.ts";
import { refused, requireInstall, startDaemon } from "../operator-orders.ts";
import { openTerminal } from "../terminal.ts";

const dataOption = {
  data: { type: "string", valueHint: "DIR", description: "data directory of sallyport" },
} as const;

/** What a lockdown does not do. X.30: unsetting a variable on this machine leaves the key valid everywhere else. */
export const ADVICE = [
  "what it does not do, and you should:",
  "  revoke keys at the provider: the API key in its console, tokens of clouds and git hosts where they were made",
  "  end calls that run already, and sessions that are not guarded",
  '  on machines that you manage, put a deny into managed settings: docs/guide/operating.md, "Locking down"',
] as const;

/** `sallyport lockdown`. WHY without a question: it only refuses, and must work from a script in an incident. */
export const lockdownCommand = defineCommand({
  meta: {
    name: "lockdown",
    description: `refuse every call in every guarded project from now on, whatever the policy, exceptions or a time off say

  sallyport lockdown --reason "incident 12"    until \`sallyport restore\`

It works without the daemon. exit codes: 0 locked down and on record, 1 locked down and not on record yet, 2 cannot be done`,
  },
  args: {
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    ...dataOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = requireInstall(directories);
    const reason = args.reason || null;
    if (reason !== null && reason.length > LOCKDOWN_REASON_CHARS_MAX)
      throw new Failure(
        "usage",
        `\`--reason\` has at most ${LOCKDOWN_REASON_CHARS_MAX} characters`,
      );
    const terminal = openTerminal();
    const isNew = lockDown(directories, { nowMs: Date.now(), reason });
    const said = isNew ? "every call is refused" : "it was locked down already";
    terminal.print(`locked down: ${said}; \`sallyport restore\` ends it`);
    for (const line of ADVICE) terminal.print(line);
    try {
      await startDaemon(install);
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      terminal.warn("sallyport: the daemon does not run; it is put on record when it does");
      process.exitCode = 1;
    }
  },
});

/** `sallyport restore`. */
export const restoreCommand = defineCommand({
  meta: {
    name: "restore",
    description: `end \`sallyport lockdown\`: calls are judged again; typed at a terminal, never by the agent

exit codes: 0 judged again, 1 the word was not typed, 2 cannot be done`,
  },
  args: dataOption,
  async run({ args }) {
    const install = requireInstall(directoriesIn(args.data ?? dataDirectory()));
    const isTyped = await typedAtTerminal([
      "sallyport ends the lockdown: calls are judged by the policy again.",
    ]);
    const terminal = openTerminal();
    if (!isTyped) {
      terminal.warn("sallyport: the word was not typed; nothing changed");
      process.exitCode = 1;
      return;
    }
    await startDaemon(install);
    const answer = await giveOrder(install, { order: "restore" });
    if (answer.kind !== "restored") throw refused(answer);
    terminal.print(
      answer.wasLocked ? "restored: calls are judged again" : "nothing was locked down",
    );
  },
});
