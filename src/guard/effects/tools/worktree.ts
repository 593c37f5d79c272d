// Git worktrees that the client makes and removes by itself, below `.claude/worktrees` of the repository.
import { escapeGlob } from "#base/glob.ts";
import { literal } from "../../shell/values/text.ts";
import type { ToolInput } from "../../toolcall/tool-call.ts";
import { parseDestination } from "../network/destination.ts";
import type { ToolScene } from "./tool-scene.ts";

/** What entering or leaving a worktree does. Switching into one that exists and leaving one alone change nothing. */
export function deriveWorktree(
  scene: ToolScene,
  { action, name, discards }: Extract<ToolInput, { kind: "worktree" }>,
): void {
  switch (action) {
    case "create":
      createWorktree(scene, name);
      return;
    case "remove":
      removeWorktree(scene, discards);
      return;
    case "enter":
    case "keep":
      return;
    default:
      action satisfies never;
  }
}

/** A checkout on a new branch; git runs the repository's own programs for it and may fetch the branch it starts from. */
export function createWorktree(scene: ToolScene, name: string | undefined): void {
  const { host, place, cwd } = scene;
  const answer = host.ask({ kind: "git", directory: cwd });
  const repository = answer?.kind === "git" ? answer.repository : undefined;
  if (repository === undefined) {
    // Outside of a repository the project's own WorktreeCreate hooks decide what happens.
    host.unknown("missing-fact", "the repository of the worktree is not known", place);
    return;
  }
  const path = `${escapeGlob(repository.root)}/.claude/worktrees/${name === undefined ? "*" : escapeGlob(name)}`;
  host.add(
    { kind: "write", target: { kind: "pattern", path, reach: "tree" }, mode: "create" },
    place,
  );
  const programs = [
    ...[...repository.executesOwn].map((key) => `git configuration ${key}`),
    ...(repository.hooks.includes("post-checkout") ? ["git hook post-checkout"] : []),
  ];
  for (const program of programs) {
    host.add({ kind: "execute", program, origin: "project", reach: "unbounded" }, place);
  }
  for (const url of (repository.remotes.get("origin") ?? "").split("\n").filter(Boolean)) {
    const destination = parseDestination(literal(url), "ssh");
    host.add({ kind: "egress", destination, carries: [] }, place);
  }
}

function removeWorktree(scene: ToolScene, discards: boolean): void {
  const { host, place, facts } = scene;
  // Which one is known to the client alone: only one that this session made.
  const path = `${escapeGlob(facts.session.projectRoot)}/.claude/worktrees/*`;
  host.add({ kind: "delete", target: { kind: "pattern", path, reach: "tree" } }, place);
  host.add({ kind: "history", operation: "delete-ref", remote: undefined }, place);
  if (discards) host.add({ kind: "history", operation: "discard", remote: undefined }, place);
}
