// What came before a command, laid down in the jail: the project as it was, what its session left behind, and other code in its place.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ticketIn } from "#surface/services/hold/held-command.ts";
import { holdPlaces } from "#surface/services/hold/shim.ts";
import type { Before, Laid } from "./answered.ts";
import { DATA, HOME, PROJECT } from "./ground.ts";

/** Lays it down; what the project has is committed, what a session left is not. Throws where the jail does not take it. */
export function layBefore({ files, left }: Before): void {
  for (const one of files) lay(one);
  git("add", "-A");
  git("commit", "-qm", "before", "--allow-empty");
  for (const one of left) lay(one);
}

/** Files below `/tmp` also where held calls of the session see them. */
export function layScratch(before: Before | undefined, scratch: string | undefined): void {
  if (scratch === undefined) return;
  for (const [path, text] of [...(before?.files ?? []), ...(before?.left ?? [])])
    if (path.startsWith("/tmp/")) write(join(scratch, path.slice("/tmp/".length)), text);
}

/** Puts other code in the place of a held command: it runs with what the answer gave that command. Throws for one that is not held. */
export function putInPlace(line: string, code: string): void {
  const ticket = ticketIn(line, DATA);
  if (ticket === undefined) throw new Error("the command is not held");
  writeFileSync(join(holdPlaces(DATA).tickets, ticket, "cmd"), code);
}

function lay([path, text]: Laid): void {
  const remote = /^remote (\S+)$/.exec(path)?.[1];
  if (remote !== undefined) {
    git("config", `remote.${remote}.url`, text);
    return;
  }
  const place = path.startsWith("~/") ? join(HOME, path.slice(2)) : join(PROJECT, path);
  write(path.startsWith("/") ? path : place, text);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
}

function git(...args: readonly string[]): void {
  execFileSync("git", ["-C", PROJECT, ...args], {
    stdio: "ignore",
    env: { PATH: "/usr/bin:/bin", HOME, GIT_CONFIG_NOSYSTEM: "1" },
  });
}
