// `sallyport lockdown` and `sallyport restore`: in an incident every call is refused at once, until a person ends it.
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { giveOrder } from "../../../services/daemon-process/daemon-client.ts";
import { type Install, readInstall } from "../../../services/installation/install.ts";
import { LOCKDOWN_REASON_CHARS_MAX, lockDown } from "../../../services/installation/lockdown.ts";
import { machinePlaces } from "../../../services/deploy/deployment-plan.ts";
import {
  type LockdownSettings,
  putLockdownSettings,
  takeLockdownSettings,
} from "../../../services/deploy/lockdown-settings.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { refused, requireInstall, startDaemon } from "../../operator/operator-orders.ts";
import { managedSources } from "../../../services/settings/managed-sources.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell, wayside } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { type Terminal } from "../../../foundation/terminal/terminal.ts";

/** What a lockdown does not do. X.30: unsetting a variable on this machine leaves the key valid everywhere else. */
export const ADVICE = [
  "what it does not do, and you should:",
  "  revoke keys at the provider: the API key in its console, tokens of clouds and git hosts where they were made",
  "  end calls that run already, and sessions that are not guarded and run already: docs/guide/operating.md",
] as const;

/** `sallyport lockdown`. WHY without a question: it only refuses, and must work from a script in an incident. */
export const lockdownCommand = defineCommand({
  meta: {
    name: "lockdown",
    description: `refuse every call in every guarded project from now on, whatever the policy, exceptions or a time off say

  sallyport lockdown --reason "incident 12"    until \`sallyport restore\`

As root it also writes a file into the client's managed settings that refuses every tool, so that sessions that nobody guards and that begin from
here on are refused too; without rights it says so. \`sallyport restore\` takes that file away again. Where nothing is installed, root's file is all.

It works without the daemon.`,
  },
  args: {
    reason: { type: "string", valueHint: "TEXT", description: "why; kept sealed in the log" },
    managed: {
      type: "boolean",
      default: true,
      description: "as root, write the client's managed settings too",
      negativeDescription: "leave the client's managed settings as they are",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const terminal = wayside(args);
    const install = installOrRoot(directories, args.managed);
    const reason = args.reason || null;
    if (reason !== null && reason.length > LOCKDOWN_REASON_CHARS_MAX)
      throw new Failure(
        "usage",
        `\`--reason\` has at most ${LOCKDOWN_REASON_CHARS_MAX} characters`,
      );
    if (install === undefined) {
      terminal.print(
        `nothing is installed in \`${directories.root}\`: no guarded project is locked down by this`,
      );
      const managed = await tellSettings(terminal, () =>
        putLockdownSettings(machinePlaces(), directories),
      );
      return tell(args, { outcome: "nothing-installed", managed });
    }
    const isNew = lockDown(directories, { nowMs: Date.now(), reason });
    const said = isNew ? "every call is refused" : "it was locked down already";
    terminal.print(`locked down: ${said}; \`sallyport restore\` ends it`);
    const managed = args.managed
      ? await tellSettings(terminal, () => putLockdownSettings(machinePlaces(), directories))
      : null;
    for (const line of ADVICE) terminal.print(line);
    const isOnRecord = await isRecorded(install, terminal);
    await tell(args, { outcome: isNew ? "locked-down" : "unchanged", isOnRecord, managed });
  },
});

/** `sallyport restore`. */
export const restoreCommand = defineCommand({
  meta: {
    name: "restore",
    description: `end \`sallyport lockdown\`: calls are judged again; typed at a terminal, never by the agent

  sallyport restore     asks for a word, then puts the end on record`,
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const directories = directoriesIn(args.data ?? dataDirectory());
    const install = installOrRoot(directories, true);
    const lines = ["sallyport ends the lockdown: calls are judged by the policy again."];
    if (!(await isTyped(args, lines))) return;
    const terminal = wayside(args);
    let outcome = "nothing-installed";
    if (install !== undefined) {
      await startDaemon(install);
      const answer = await giveOrder(install, { order: "restore" });
      if (answer.kind !== "restored") throw refused(answer);
      outcome = answer.wasLocked ? "restored" : "unchanged";
      terminal.print(
        answer.wasLocked ? "restored: calls are judged again" : "nothing was locked down",
      );
    }
    const managed = await tellSettings(terminal, () =>
      takeLockdownSettings(machinePlaces(), directories),
    );
    await tell(args, { outcome, managed });
  },
});

/** Whether a daemon runs, which puts a lockdown on record. */
async function isRecorded(install: Install, terminal: Terminal): Promise<boolean> {
  try {
    await startDaemon(install);
    return true;
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    terminal.warn("sallyport: the daemon does not run; it is put on record when it does");
    process.exitCode = exitCodes.found;
    return false;
  }
}

/** Undefined where nothing is installed and the administrator can still write managed settings. */
function installOrRoot(directories: Directories, isManaged: boolean): Install | undefined {
  if (isManaged && userId() === ADMINISTRATOR && readInstall(directories) === undefined)
    return undefined;
  return requireInstall(directories);
}

/** Says what became of the managed settings, null where they could not be changed; the lockdown itself stands or ended, whatever that is. */
async function tellSettings(
  terminal: Terminal,
  change: () => Promise<LockdownSettings>,
): Promise<(LockdownSettings & { readonly isHeld: boolean }) | null> {
  try {
    const done = await change();
    const { overruled } = await managedSources();
    const isRead = !overruled.some(({ file }) => file === done.path);
    const { text, isHeld } = settingsInWords(done, isRead);
    if (isHeld) terminal.print(text);
    else terminal.warn(`sallyport: ${text}`);
    if (!isHeld && done.state !== "no-rights") process.exitCode = exitCodes.found;
    return { ...done, isHeld };
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    terminal.warn(`sallyport: managed settings are as they were: ${printable(cause.message)}`);
    process.exitCode = exitCodes.found;
    return null;
  }
}

/** What became of the managed settings, in words. `isRead`: no other managed settings stand in place of the file. */
export function settingsInWords(
  { path, state }: LockdownSettings,
  isRead: boolean,
): { readonly text: string; readonly isHeld: boolean } {
  switch (state) {
    case "written":
    case "there":
      return isRead
        ? {
            text: `\`${path}\` refuses every tool of the client: sessions that begin now are refused, guarded or not`,
            isHeld: true,
          }
        : {
            text: `\`${path}\` is written and the client does not read it: settings of device management stand in its place; put a deny there`,
            isHeld: false,
          };
    case "removed":
      return { text: `\`${path}\` is gone again`, isHeld: true };
    case "missing":
      return { text: "no managed settings of a lockdown are there", isHeld: true };
    case "no-rights":
      return {
        text: `\`${path}\` is as it was, for you may not write there: sessions that are not guarded go on as before; run the command with sudo to change that`,
        isHeld: false,
      };
    case "foreign":
      return {
        text: `\`${path}\` is not what a lockdown writes, so it is left as it is: look at it`,
        isHeld: false,
      };
    default:
      return state satisfies never;
  }
}
