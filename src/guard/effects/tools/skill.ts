// Skills and slash commands: text files whose inline commands the client (2.1.328) runs without asking any hook.
import { readFrontMatter } from "#base/front-matter.ts";
import { parentPath } from "#base/path.ts";
import { literal } from "../../shell/values/text.ts";
import type { ToolInput } from "../../toolcall/tool-call.ts";
import { argumentNames, mentionsOf, shellOf } from "./skill-text.ts";
import { directoriesUpwards, type ToolScene } from "./tool-scene.ts";

/** Inline commands and mentions of one skill that are followed. */
const INLINE_MAX = 32;
const NAME = /^[\w.-]+(?:[:/][\w.-]+)*$/;

/**
 * What invoking a skill does: its file is read, its inline commands (`` !`…` `` and ```` ```! ````) run, files it mentions
 * with `@` are read. A skill whose file is not found may come from a plugin or from the client, and may do anything.
 */
export function deriveSkill(
  scene: ToolScene,
  { name, args }: Extract<ToolInput, { kind: "skill" }>,
): void {
  const { host, place } = scene;
  let found = 0;
  for (const path of candidates(scene, name)) {
    const answer = host.ask({ kind: "path", path });
    if (answer?.kind !== "path") {
      host.unknown("missing-fact", `whether the skill \`${name}\` has a file is not known`, place);
    } else if (answer.type !== "missing") {
      found += 1;
      followFile(scene, path, answer.real, args);
    }
  }
  if (found === 0) {
    const detail = `where the skill \`${name}\` comes from, and what it runs, is not known`;
    host.unknown("unknown-tool", detail, place);
  }
}

function candidates(scene: ToolScene, name: string): readonly string[] {
  if (!NAME.test(name) || name.split(/[:/]/).includes("..")) return [];
  const inside = name.replaceAll(":", "/");
  const roots = [...directoriesUpwards(scene), scene.facts.session.home];
  const plain = roots.flatMap((root) => [
    `${root}/.claude/skills/${inside}/SKILL.md`,
    `${root}/.claude/commands/${inside}.md`,
  ]);
  // `apps/web:deploy` is the skill `deploy` of that directory.
  const scoped = /^(.+):([^:/]+)$/.exec(name);
  if (scoped === null) return plain;
  const [, directory = "", own = ""] = scoped;
  const below = `${scene.facts.session.projectRoot}/${directory.replaceAll(":", "/")}`;
  return [...plain, `${below}/.claude/skills/${own}/SKILL.md`];
}

function followFile(scene: ToolScene, path: string, real: string, args: string): void {
  const { host, place, facts } = scene;
  host.readTool(literal(path), place);
  const answer = host.ask({ kind: "text", path: real });
  const text = answer?.kind === "text" && answer.complete ? answer.text : undefined;
  if (text === undefined) {
    host.unknown("missing-fact", `what \`${path}\` says is not known`, place);
    return;
  }
  if (readFrontMatter(text).mayHave("hooks"))
    host.add({ kind: "execute", program: path, origin: "project", reach: "unbounded" }, place);
  const fill = { args, directory: parentPath(path), names: argumentNames(text) };
  const commands = shellOf(text, fill);
  const mentions = mentionsOf(text, fill);
  if (commands.length > INLINE_MAX || mentions.length > INLINE_MAX) {
    host.unknown("budget", `\`${path}\` holds more commands or files than are followed`, place);
  }
  if (commands.length > 0 && !facts.shell.known) {
    host.unknown("missing-fact", "what the user's shell defines is not known yet", place);
  }
  for (const { readings } of commands.slice(0, INLINE_MAX))
    for (const command of readings) scene.runShell(command);
  for (const { path: mention } of mentions.slice(0, INLINE_MAX)) {
    const { home } = facts.session;
    host.readTool(literal(mention.startsWith("~/") ? home + mention.slice(1) : mention), place);
  }
}
