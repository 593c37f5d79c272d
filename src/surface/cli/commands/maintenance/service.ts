// `sallyport service`: the daemon as a service of the person's own, written only after it was shown, taken out exactly.
import { defineCommand } from "citty";
import { printable } from "#base/printable.ts";
import { replaceBelow } from "#govern/settings/deploy.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { ensureInstall } from "../../../services/installation/install.ts";
import { stopDaemon } from "../../../services/daemon-process/lifecycle.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { ensureProgram, runningProgram } from "../../../services/program/in-force.ts";
import { runSteps, type Service } from "../../../services/service/service-manager.ts";
import {
  makeFolder,
  readOwn,
  remember,
  removeService,
  serviceIn,
  serviceStatus,
  type ServiceStatus,
} from "../../../services/service/own-service.ts";
import { changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { consentOptions, dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { tell } from "../../../foundation/terminal/outcome.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

const changing = {
  ...consentOptions,
  ...dataOption,
} as const;

export const installSubCommand = defineCommand({
  meta: {
    name: "install",
    description: `Let the service manager run the daemon. Shows the file, asks, writes it, starts it.
Example: sallyport service install --dry-run`,
  },
  args: {
    ...changing,
    print: { type: "boolean", description: "print the file's text and do nothing" },
  },
  async run({ args }) {
    const root = args.data ?? dataDirectory();
    if (args.print === true) {
      const { file, text } = serviceIn(directoriesIn(root));
      return tell(args, { file, text }, text.trimEnd());
    }
    const request = changeRequest(args, openTerminal());
    const { directories } = await ensureInstall({ root });
    const service = serviceIn(directories);
    const made = makeFolder(service.folder, request.dryRun === true);
    const before = await readOwn(service);
    const diff = unifiedDiff(before?.text, service.text, service.file);
    const facts = { file: service.file, diff };
    if (diff !== "") {
      const consent = await seekConsent(request, { diff, notes: [] });
      if (consent === "declined") process.exitCode = 1;
      if (consent !== "given") {
        const words = `nothing was written${consent === "planned" ? " (--dry-run)" : ""}`;
        return tell(args, { outcome: consent, ...facts }, words);
      }
      ensureProgram(directories, runningProgram());
      remember(directories, service, made);
      await replaceBelow(service.folder, service.file, {
        expected: before,
        text: service.text,
      });
    } else if (request.dryRun === true) {
      return tell(args, { outcome: "unchanged", ...facts }, "nothing to change");
    }
    const isRunning = await enable(service, directories);
    const toRun = isRunning ? [] : service.manager.enable;
    await tell(args, { outcome: "installed", ...facts, isRunning, toRun }, enabledText(toRun));
  },
});

export const removeSubCommand = defineCommand({
  meta: {
    name: "remove",
    description: "Take the service out again. Example: sallyport service remove --yes",
  },
  args: changing,
  async run({ args }) {
    const request = changeRequest(args, openTerminal());
    const directories = directoriesIn(args.data ?? dataDirectory());
    const service = serviceIn(directories);
    const { file } = service;
    const before = await readOwn(service);
    if (before === undefined) {
      const facts = { outcome: "unchanged", file, diff: "" };
      return tell(args, facts, "there is no service, nothing to do");
    }
    const diff = unifiedDiff(before.text, undefined, file);
    const consent = await seekConsent(request, { diff, notes: [] });
    if (consent === "declined") process.exitCode = 1;
    if (consent !== "given") {
      const words = `nothing was removed${consent === "planned" ? " (--dry-run)" : ""}`;
      return tell(args, { outcome: consent, file, diff }, words);
    }
    await removeService(directories);
    await tell(
      args,
      { outcome: "removed", file, diff },
      "the service was removed and its daemon stopped; sessions start the daemon by themselves again",
    );
  },
});

export const statusSubCommand = defineCommand({
  meta: {
    name: "status",
    description: "Say whether the service is installed and runs. Example: sallyport service status",
  },
  args: { ...jsonOption, ...dataOption },
  async run({ args }) {
    const standing = await serviceStatus(directoriesIn(args.data ?? dataDirectory()));
    const text = args.json === true ? JSON.stringify(standing) : standingText(standing);
    process.stdout.write(`${text}\n`);
    if (standing.state !== "running") process.exitCode = 1;
  },
});

function standingText({ state, file, content, pid }: ServiceStatus): string {
  switch (state) {
    case "none":
      return "no service; sessions start the daemon by themselves (`sallyport service install` makes one)";
    case "unsupported":
      return "no service manager is known here; sessions start the daemon by themselves";
    case "running":
    case "stopped": {
      const runs = state === "running" ? `runs (process ${pid})` : "does not run";
      const rest = {
        current: "",
        outdated: "; its file is of another version: run `sallyport service install`",
        foreign: "; its file is not ours",
      };
      return `service ${runs}, ${printable(file ?? "")}${content === undefined ? "" : rest[content]}`;
    }
    default:
      return state satisfies never;
  }
}

/** Starts the service by its manager; false where that cannot be asked. */
async function enable(service: Service, directories: Directories): Promise<boolean> {
  // WHY: a daemon that a session started holds the port; the service's own would find it and end.
  const install = await ensureInstall({ root: directories.root });
  await stopDaemon(install);
  return runSteps(service.manager.enable);
}

function enabledText(toRun: readonly (readonly string[])[]): string {
  if (toRun.length === 0) return "the service is installed and runs; it starts with your session";
  return [
    "the file is written, but the service manager could not be asked to start it here. Run:",
    ...toRun.map((step) => `  ${step.join(" ")}`),
  ].join("\n");
}
