// Skills of a server in what it answers: the entry and the files have to be those that were pinned, and none brings shell lines.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { printable } from "#base/printable.ts";
import { definitionDigest, type Skill, skillSchema } from "#govern/mcp/contract.ts";
import { shellLineIn } from "#govern/mcp/skill-shell.ts";
import type { GateRefusal, Said } from "./said.ts";
import { isMembers, type Members } from "./message.ts";

/** A file of a skill, as the server's list says it is. */
export type SkillFile = { readonly skill: Skill; readonly digest: string };

const INSTEAD = "tell the person; use the server's tools without the skill";

/** The skills that have a file; none for what is no file of a skill. */
export function skillFilesAt(uri: string, said: Said | undefined): readonly SkillFile[] {
  if (typeof said !== "object") return [];
  return (said.contract.skills ?? []).flatMap((skill) =>
    skill.resources === "dynamic"
      ? []
      : skill.resources.filter((file) => file.uri === uri).map(({ digest }) => ({ skill, digest })),
  );
}

/** Why a skill cannot be held to a pin at all. */
export function dynamicRefusal({ frontmatter, resources }: Skill): GateRefusal | undefined {
  if (resources !== "dynamic") return undefined;
  return {
    rule: "mcp-changed",
    why: `the text of the skill \`${frontmatter.name}\` is made when it is asked for, so no pin holds it`,
    instead: INSTEAD,
  };
}

/** The answer to `skills/get` with the entry alone; a refusal where it is not the one that was listed. */
export function skillGiven(result: Members, uri: string, said: Said | undefined) {
  const given = v.safeParse(skillSchema, result["skill"]);
  const listed = typeof said === "object" ? said.digests.skills?.[uri] : undefined;
  if (given.success && given.output.uri === uri && definitionDigest(given.output) === listed)
    return { result: { ...result, skill: given.output as unknown as Members } };
  return {
    refusal: {
      rule: "mcp-changed",
      why: `the server gives another entry of the skill \`${uri}\` than it lists`,
      instead: INSTEAD,
    } satisfies GateRefusal,
  };
}

/** Why the content of a file is not passed on; undefined where it is the one that was pinned. */
export function contentRefusal(
  uri: string,
  { skill, digest }: SkillFile,
  contents: unknown,
): GateRefusal | undefined {
  const refused = (why: string): GateRefusal => ({ rule: "mcp-changed", why, instead: INSTEAD });
  const [one, ...others]: readonly unknown[] = Array.isArray(contents) ? contents : [];
  const { text, blob } = isMembers(one) ? one : {};
  const isItself = isMembers(one) && one["uri"] === uri && others.length === 0;
  const bytes =
    typeof text === "string"
      ? Buffer.from(text, "utf8")
      : Buffer.from(typeof blob === "string" ? blob : "", "base64");
  const now = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const file = `the file \`${printable(uri)}\` of the skill \`${skill.frontmatter.name}\``;
  if (!isItself || (text !== undefined && blob !== undefined) || now !== digest)
    return refused(`${file} is not the one that was pinned`);
  // WHY its text alone: files beside it are read, and scripts and documents may hold such lines.
  const line = uri === skill.uri ? shellLineIn(bytes.toString("utf8")) : undefined;
  if (line === undefined) return undefined;
  return refused(`line ${line} of ${file} is a shell line, which a client may run by itself`);
}
