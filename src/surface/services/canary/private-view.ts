// A client's view of the machine in which its managed settings send it to our stand-in, and of which nobody else sees anything.
import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { isObject } from "#base/json.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import { nodeAt, removeAt, setMember } from "#govern/settings/json-edit.ts";
import { parseJsonText, toJson } from "#govern/settings/json-text.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";

/** The variable that says where the client finds its model. */
export const BASE_URL = "ANTHROPIC_BASE_URL";
const PROBE_MS_MAX = 10_000;
const ENTRIES_MAX = 1_000;

/** A beginning of the client's command line, empty where none is needed; or why the client cannot be asked. */
export type PrivateView =
  | { readonly kind: "ready"; readonly wrapper: readonly string[] }
  | { readonly kind: "impossible"; readonly why: string };

/** Settings that lead elsewhere than to a stand-in, or want a login that it cannot give. */
const ELSEWHERE: readonly (readonly string[])[] = [
  ...[
    ["env", "CLAUDE_CODE_USE_BEDROCK"],
    ["env", "CLAUDE_CODE_USE_VERTEX"],
  ],
  ...[["forceLoginMethod"], ["forceLoginOrgUUID"]],
];

/**
 * Settings as text with the stand-in's address where they name one, and without what asks for a login; unchanged where they
 * say nothing of either or cannot be parsed, so that the client meets their faults itself.
 */
export function towardsStandIn(text: string, url: string): string {
  try {
    const json: Json = toJson(parseJsonText(text, ""));
    const env = isObject(json) ? json["env"] : undefined;
    let now = text;
    if (isObject(env) && env[BASE_URL] !== undefined) now = setMember(now, ["env", BASE_URL], url);
    // WHY emptied and not taken out: a repository's own would count then.
    if (isObject(json) && json["apiKeyHelper"]) now = setMember(now, ["apiKeyHelper"], "");
    for (const path of ELSEWHERE)
      if (nodeAt(parseJsonText(now, ""), path) !== undefined) now = removeAt(now, path);
    return now;
  } catch {
    return text;
  }
}

/**
 * Copies the managed directory into `copy` with the stand-in's address in it, and says how a client is started that sees the
 * copy in its place. Where nothing in it names an address, the client reads the directory itself.
 */
export async function privateView(
  directory: string,
  { copy, url }: { readonly copy: string; readonly url: string },
): Promise<PrivateView> {
  const files = await filesBelow(directory);
  let isMoved = false;
  for (const name of files) {
    const target = join(copy, name);
    await mkdir(dirname(target), { recursive: true });
    const text = name.endsWith(".json")
      ? await readFile(join(directory, name), "utf8").catch(() => undefined)
      : undefined;
    if (text === undefined) {
      await copyFile(join(directory, name), target).catch(() => undefined);
      continue;
    }
    const moved = towardsStandIn(text, url);
    isMoved ||= moved !== text;
    await writeFile(target, moved);
  }
  if (!isMoved) return { kind: "ready", wrapper: [] };
  const wrapper = viewWrapper([[copy, directory]]);
  const why = await launchError([...wrapper, "true"]);
  return why === undefined
    ? { kind: "ready", wrapper }
    : {
        kind: "impossible",
        why: `managed settings say where the client finds its model, and this machine gives no private view of them to ask it in (${why}); try as root`,
      };
}

/** The beginning of a command line that sees each copy in the place of its folder, as nobody else does. */
export function viewWrapper(mounts: readonly (readonly [string, string])[]): readonly string[] {
  const flags = userId() === ADMINISTRATOR ? ["-m"] : ["-r", "-m"];
  const script = `mount --make-rprivate / && ${mounts.map(() => 'mount --bind "$1" "$2" && shift 2 && ').join("")}exec "$@"`;
  return ["unshare", ...flags, "sh", "-c", script, "sh", ...mounts.flat()];
}

/** Why a command cannot be run here, in its own words; undefined where it ends well. */
export async function launchError([program = "", ...args]: readonly string[]): Promise<
  string | undefined
> {
  return promisify(execFile)(program, args, { timeout: PROBE_MS_MAX }).then(
    () => undefined,
    (error: unknown) => {
      const { stderr, code } = Object(error) as { stderr?: unknown; code?: unknown };
      const said = typeof stderr === "string" ? (stderr.trim().split("\n")[0] ?? "") : "";
      return said === "" ? `\`${program}\`: ${String(code)}` : said;
    },
  );
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .slice(0, ENTRIES_MAX)
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}
