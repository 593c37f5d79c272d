// What client and server tell each other of skills when they introduce themselves, and what is refused of skills that no pin holds.
import { SKILLS } from "./listing.ts";
import { isMembers, type Members } from "./message.ts";
import type { GateRefusal } from "./said.ts";

export const META = "io.modelcontextprotocol/";
/** By which a client says what it can. */
const CAN = `${META}clientCapabilities`;
/** WHY none without a pin: a skill's text is instructions, and a client may run shell lines of it by itself. */
export const NO_SKILLS: GateRefusal = {
  rule: "mcp-not-approved",
  why: "skills of an MCP server are passed on only where they are pinned, and the pin of this one counts none",
  instead: "tell the person; `sallyport mcp pin` shows and pins them",
};
/** WHY none at all: a listing names what no pin holds, and files are asked for by what the skill's text says. */
export const NO_DIRECTORIES: GateRefusal = {
  rule: "mcp-not-approved",
  why: "directories of an MCP server are not listed: no pin holds what is in them",
  instead: "read the files that the skill names",
};

/** What a client says of itself, with that it takes skills: a server may give its list to no other. */
export function withSkills(meta: Members): Members {
  const can = isMembers(meta[CAN]) ? meta[CAN] : {};
  const extensions = isMembers(can["extensions"]) ? can["extensions"] : {};
  return { ...meta, [CAN]: { ...can, extensions: { [SKILLS]: {}, ...extensions } } };
}

/** Whether a server says that it has skills; in the era of handshakes nobody asks for them all the same. */
export function namesSkills({ extensions }: Members): boolean {
  return isMembers(extensions) && isMembers(extensions[SKILLS]);
}

/** What a server said of itself without that it has skills, so that no client asks for them; with pinned ones, without that it lists directories. */
export function withoutSkills(result: Members, arePinned: boolean): Members {
  const { capabilities } = result;
  const extensions = isMembers(capabilities) ? capabilities["extensions"] : undefined;
  if (!isMembers(capabilities) || !isMembers(extensions) || !Object.hasOwn(extensions, SKILLS))
    return result;
  const { [SKILLS]: _, ...others } = extensions;
  const kept = arePinned ? { ...others, [SKILLS]: {} } : others;
  return { ...result, capabilities: { ...capabilities, extensions: kept } };
}
