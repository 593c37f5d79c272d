// The client's own rules for a command, judged on the text that the agent wrote: the client itself will see the rewritten one.
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { type NativeSession, openSession } from "#guard/native/session.ts";
import { simulateNative } from "#guard/native/simulate.ts";
import type { NativeAnswer, NativeMode, NativeStack } from "#guard/native/stack.ts";
import { memberOf, parseJsonText } from "#govern/settings/json-text.ts";
import { CLIENT_BYTES_MAX } from "#govern/settings/lint/file.ts";
import { DISK, nativeSettings } from "../cli/native-settings.ts";
import { sourcesInForce } from "../cli/settings-sources.ts";

/** What the client's settings say of a directory. */
export type ClientSide = {
  /** What the client alone would do with a command. */
  judge(command: string, cwd: string, mode: NativeMode): NativeAnswer;
  /** The client wraps commands in a sandbox of its own: only one of the two can. */
  readonly hasSandbox: boolean;
};

/** How long settings that did not change on disk are not read again: managed ones may come from elsewhere. */
const FRESH_MS = 2_000;
const DIRECTORIES_MAX = 32;

type Kept = { readonly stamp: string; readonly atMs: number; readonly side: ClientSide };

/** Reads the client's settings as often as they change. */
export function createClientSides(
  home: string,
  nowMs: () => number,
): (directory: string) => Promise<ClientSide> {
  const known = new Map<string, Kept>();
  return async (directory) => {
    const stamp = stampOf(directory, home);
    const kept = known.get(directory);
    if (kept?.stamp === stamp && nowMs() - kept.atMs < FRESH_MS) return kept.side;
    const side = await readSide(directory, home);
    if (known.size >= DIRECTORIES_MAX) known.clear();
    known.set(directory, { stamp, atMs: nowMs(), side });
    return side;
  };
}

function stampOf(directory: string, home: string): string {
  const files = [
    join(directory, ".claude", "settings.local.json"),
    join(directory, ".claude", "settings.json"),
    join(home, ".claude", "settings.json"),
  ];
  return files
    .map((file) => {
      const status = lstatSync(file, { throwIfNoEntry: false });
      return status === undefined ? "-" : `${status.mtimeMs}:${status.size}:${status.ino}`;
    })
    .join(" ");
}

async function readSide(directory: string, home: string): Promise<ClientSide> {
  const { stack } = await nativeSettings(directory, home);
  const sessions = new Map<NativeMode, NativeSession>();
  const sessionIn = (mode: NativeMode): NativeSession => {
    const session = sessions.get(mode) ?? openSession({ ...stack, mode } satisfies NativeStack);
    sessions.set(mode, session);
    return session;
  };
  return {
    judge: (command, cwd, mode) =>
      simulateNative(
        sessionIn(mode),
        { tool: "Bash", input: { command }, cwd, hasRunShell: true },
        DISK,
      ),
    hasSandbox: await hasSandbox(directory, home),
  };
}

/** Whether a layer switches the client's sandbox on. A file that cannot be read says nothing: the client passes over it. */
async function hasSandbox(directory: string, home: string): Promise<boolean> {
  for (const { text, file } of await sourcesInForce(directory, home)) {
    if (text === undefined) continue;
    try {
      const root = parseJsonText(text.replace(/^\uFEFF/, " "), file, CLIENT_BYTES_MAX);
      const enabled = memberOf(memberOf(root, "sandbox"), "enabled");
      if (enabled?.kind === "scalar" && enabled.value === true) return true;
    } catch {
      // Not the client's either.
    }
  }
  return false;
}
