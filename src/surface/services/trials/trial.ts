// A test of an export target, a channel or a provider of secrets, by whoever does it in earnest: the daemon, whose logins are not those of a terminal.
import { randomBytes } from "node:crypto";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { testNotice } from "#detect/notice/notice.ts";
import type { Checkup } from "#govern/secrets/provider.ts";
import { PROVIDERS } from "#govern/secrets/reference.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { giveOrder } from "../daemon-process/daemon-client.ts";
import { testEntry } from "../export/test-entry.ts";
import type { FetchSecret } from "../secrets/providers/fetch-secret.ts";
import { createPorts } from "../export/target-ports.ts";
import { type ExportTarget, readTargets } from "../export/targets-file.ts";
import { runningInstall } from "../installation/install.ts";
import { connectChannel } from "../notify/channel-ports.ts";
import type { Channel } from "../notify/channels/channel.ts";
import { openSecrets } from "../notify/references.ts";
import { readNotifySettings } from "../notify/settings-file.ts";
import { openProvider } from "../secrets/providers/open-provider.ts";
import { machineSetting } from "../secrets/setting.ts";
import type { TRIED } from "../daemon-process/tried-schema.ts";

/** What is to be tried, by its name in the settings. */
export type Trial = { readonly what: (typeof TRIED)[number]; readonly name: string };

/** `outcome`: the word of the target or channel; of a provider `examined`. */
export type Tried = { readonly outcome: string; readonly checkups: readonly Checkup[] };

/** Who tried: with whose environment, files and logins. */
export type TriedBy = Tried & { readonly by: "daemon" | "command" };

/** Tries it in this process. A Failure where there is no such target, channel or provider. */
export async function tryHere(
  directories: Directories,
  { what, name }: Trial,
  fetchSecret: FetchSecret,
): Promise<Tried> {
  switch (what) {
    case "export":
      return tryTarget(targetNamed(directories.exportsFile, name), fetchSecret);
    case "channel":
      return tryChannel(channelNamed(directories.notifyFile, name), fetchSecret);
    case "provider":
      return tryProvider(name);
    default:
      return what satisfies never;
  }
}

/**
 * Has the daemon try it where one runs; else tries it here, which proves nothing of the daemon: its environment is another. A Failure
 * where the daemon could not.
 */
export async function tryByDaemon(
  directories: Directories,
  trial: Trial,
  fetchSecret: FetchSecret,
): Promise<TriedBy> {
  const install = runningInstall(directories);
  if (install === undefined)
    return { ...(await tryHere(directories, trial, fetchSecret)), by: "command" };
  const answer = await giveOrder(install, { order: "try", ...trial }, TRIAL_MS_MAX);
  if (answer.kind === "tried")
    return { outcome: answer.outcome, checkups: answer.checkups, by: "daemon" };
  const why = answer.kind === "refused" ? answer.why : "it tried nothing";
  throw new Failure("daemon", `the daemon, which has its own environment and logins: ${why}`);
}

/** Who tried, for a person. */
export function triedWords(by: TriedBy["by"]): string {
  return by === "daemon"
    ? " (tried by the daemon)"
    : " (no daemon runs: tried with this terminal's environment, which the daemon does not have)";
}

/** Beyond what a target or channel has for its answer. */
const TRIAL_MS_MAX = 60_000;

async function tryTarget(target: ExportTarget, fetchSecret: FetchSecret): Promise<Tried> {
  const { close, ...ports } = createPorts(target, { nowMs: () => Date.now(), fetchSecret });
  try {
    const outcome = await target.target.send([testEntry(Date.now())], ports);
    const isGood = outcome.kind === "delivered";
    const says = "reason" in outcome ? outcome.reason : "the target took the test event";
    return { outcome: outcome.kind, checkups: [{ isGood, says }] };
  } finally {
    close();
  }
}

async function tryChannel(channel: Channel, fetchSecret: FetchSecret): Promise<Tried> {
  const nowMs = (): number => Date.now();
  const { ports, close } = connectChannel(channel, {
    secret: openSecrets(process.env, fetchSecret),
    nowMs,
  });
  const notice = testNotice(`test-${randomBytes(12).toString("hex")}`, nowMs());
  try {
    const outcome = await channel.send({ id: `${notice.id}.${channel.name}`, notice }, ports);
    const isGood = outcome.kind === "delivered";
    const says = outcome.kind === "delivered" ? outcome.says : outcome.reason;
    return { outcome: outcome.kind, checkups: [{ isGood, says }] };
  } finally {
    close();
  }
}

async function tryProvider(name: string): Promise<Tried> {
  const provider = PROVIDERS.find((one) => one === name);
  if (provider === undefined)
    throw new Failure("usage", `there is no such provider; there are ${PROVIDERS.join(", ")}`);
  try {
    const opened = await openProvider(provider, machineSetting(process.env));
    return { outcome: "examined", checkups: await opened.examine() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { outcome: "examined", checkups: [{ isGood: false, says: error.message }] };
  }
}

/** The target of this name. A Failure that says which there are. */
export function targetNamed(file: string, name: string): ExportTarget {
  const targets = readTargets(file);
  const target = targets.find((one) => one.name === name);
  if (target !== undefined) return target;
  const names = targets.map((one) => one.name).join(", ");
  throw new Failure(
    "usage",
    `there is no target \`${printable(name)}\` in \`${file}\`: ${names === "" ? "it has none" : `it has ${names}`}`,
  );
}

/** The channel of this name. A Failure that says which there are. */
export function channelNamed(file: string, name: string): Channel {
  const { channels } = readNotifySettings(file);
  const channel = channels.find((one) => one.name === name);
  if (channel !== undefined) return channel;
  const names = channels.map((one) => one.name).join(", ");
  throw new Failure(
    "usage",
    `there is no channel \`${printable(name)}\` in \`${file}\`: ${names === "" ? "it has none, `sallyport notify add` makes one" : `it has ${names}`}`,
  );
}
