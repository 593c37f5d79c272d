// Which variables of a repository's settings take effect, by running the client with them and looking at what a hook inherits.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runClient } from "../client-run.ts";

/**
 * `works`: a hook of the session has it, or the session could not be had with it. `ignored`: the client says that it does not take it
 * from there, and no hook has it. `unseen`: neither, which proves nothing.
 */
export type Reach = "works" | "ignored" | "unseen";

/** Variables in one session: more would make a session that many of them break. */
const TOGETHER = 120;
/** Values that no session could be had with, and what is tried in their place. */
const VALUES: Readonly<Record<string, string>> = {
  PATH: "/usr/local/bin:/usr/bin:/bin:/probe",
};

/** Tries every name. `value` is given to each of them; by default a path that says whose it is. */
export async function measureReach(
  client: string,
  names: readonly string[],
  value?: string,
): Promise<ReadonlyMap<string, Reach>> {
  const found = new Map<string, Reach>();
  for (let at = 0; at < names.length; at += TOGETHER)
    for (const [name, reach] of await tryTogether(client, names.slice(at, at + TOGETHER), value))
      found.set(name, reach);
  return found;
}

/** Where a session with many variables starts no hook, its halves are tried. */
async function tryTogether(
  client: string,
  names: readonly string[],
  value: string | undefined,
): Promise<readonly (readonly [string, Reach])[]> {
  const valueOf = (name: string) => value ?? VALUES[name] ?? `/probe/${name}`;
  const { inherited, log } = await session(
    client,
    Object.fromEntries(names.map((name) => [name, valueOf(name)])),
  );
  if (inherited === undefined) {
    if (names.length <= 1) return names.map((name) => [name, "works"]);
    const half = Math.ceil(names.length / 2);
    return [
      ...(await tryTogether(client, names.slice(0, half), value)),
      ...(await tryTogether(client, names.slice(half), value)),
    ];
  }
  const ignored = new Set([...log.matchAll(/(\S+) in \S+ is ignored\b/g)].map((one) => one[1]));
  return names.map((name) => {
    if (inherited.get(name) === valueOf(name)) return [name, "works"];
    return [name, ignored.has(name) ? "ignored" : "unseen"];
  });
}

async function session(client: string, env: Readonly<Record<string, string>>) {
  let inherited: ReadonlyMap<string, string> | undefined;
  let log = "";
  await runClient({
    client,
    turns: ["bye"],
    timeoutMs: 30_000,
    settings: {
      project: { env },
      user: { hooks: { SessionStart: [{ hooks: [dumping] }] } },
    },
    extraArgs: ["--debug-file", "<outside>/debug.log"],
    inspect: async ({ outside, home }) => {
      log = await readFile(join(outside, "debug.log"), "utf8").catch(() => "");
      const dumped = await readFile(join(home, "inherited"), "utf8").catch(() => undefined);
      inherited = dumped === undefined ? undefined : variablesIn(dumped);
    },
  });
  return { inherited, log };
}

const dumping = {
  type: "command",
  timeout: 10,
  command: '/bin/cat /proc/self/environ > "<home>/inherited"',
};

function variablesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split("\0").flatMap((one) => {
      const at = one.indexOf("=");
      return at > 0 ? [[one.slice(0, at), one.slice(at + 1)] as const] : [];
    }),
  );
}
