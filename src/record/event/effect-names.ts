// The names that effects are about, as the readable record and the action graph have them.
import { joinPath } from "#base/path.ts";
import type { SessionFacts } from "#guard/facts/facts.ts";
import type { ToolCall } from "#guard/toolcall/tool-call.ts";
import type { Effect, Target } from "#guard/vocabulary/effect.ts";
import type { NameKind } from "./readable-part.ts";

/** Where paths are told from. */
export type Roots = Pick<SessionFacts, "projectRoot" | "home">;
export type EffectNames = Readonly<Record<NameKind, ReadonlySet<string>>>;

/** All of them, each once. */
export function effectNames(call: ToolCall, effects: readonly Effect[], roots: Roots): EffectNames {
  const names: Record<NameKind, Set<string>> = {
    reads: new Set(),
    changes: new Set(),
    hosts: new Set(),
    remotes: new Set(),
    branches: new Set(),
    packages: new Set(),
    servers: new Set(call.input.kind === "mcp" ? [call.input.server] : []),
  };
  for (const effect of effects) addNames(effect, names, roots, call.cwd);
  return names;
}

/** A path from the project's root, or from the home, or as it is. */
export function relativePath(path: string, { projectRoot, home }: Roots): string {
  if (path === projectRoot) return ".";
  if (projectRoot !== "" && path.startsWith(`${projectRoot}/`))
    return path.slice(projectRoot.length + 1);
  return home.length > 1 && (path === home || path.startsWith(`${home}/`))
    ? `~${path.slice(home.length)}`
    : path;
}

function addNames(
  effect: Effect,
  names: Readonly<Record<NameKind, Set<string>>>,
  roots: Roots,
  cwd: string,
): void {
  const place = (kind: "reads" | "changes", target: Target | undefined): void => {
    const path = target === undefined ? undefined : pathOf(target);
    if (path !== undefined) names[kind].add(relativePath(path, roots));
  };
  switch (effect.kind) {
    case "read":
      place("reads", effect.target);
      return;
    case "write":
    case "delete":
    case "persist":
    case "tamper":
      place("changes", effect.target);
      return;
    case "egress":
      if (effect.destination.host !== undefined) names.hosts.add(effect.destination.host);
      for (const source of effect.carries)
        if (source.kind === "file") place("reads", source.target);
      return;
    case "history":
    case "publish": {
      const remote = effect.kind === "history" ? effect.remote : effect.destination;
      if (remote !== undefined) names.remotes.add(remote);
      for (const ref of effect.refs ?? []) names.branches.add(ref);
      return;
    }
    case "install":
      for (const name of effect.packages) names.packages.add(name);
      return;
    case "execute":
      // What runs by its path is read: it may be what was fetched or written before.
      if (effect.origin !== "system" && effect.program?.includes("/") === true)
        names.reads.add(relativePath(joinPath(cwd, effect.program), roots));
      return;
    case "deploy":
    case "privilege":
    case "unknown":
      return;
    default:
      effect satisfies never;
  }
}

function pathOf(target: Target): string | undefined {
  if (target.kind === "path") return target.path;
  return target.kind === "pattern" ? target.path : target.within;
}
