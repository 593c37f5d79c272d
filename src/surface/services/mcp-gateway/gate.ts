// What stands against a server behind the gateway, and against one call of it: asked of the catalog as it is at that moment.
import { inputFault } from "#guard/policy/authorize/mcp-input.ts";
import { contractDigests, type ContractList } from "#govern/mcp/contract.ts";
import { type ContractChange, contractChanges } from "#govern/mcp/contract-diff.ts";
import { identityDigest, nameInTools, type ServerIdentity } from "#govern/mcp/identity.ts";
import { type ContractPart, partRefusal, serverRefusal, standingOf } from "#govern/mcp/standing.ts";
import { matchesTemplate } from "#govern/mcp/uri-template.ts";
import { printable } from "#base/printable.ts";
import { homeDirectory } from "#platform/user.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { openStatements } from "../exceptions/statements.ts";
import { openBlocks } from "../incidents/blocks.ts";
import { openCatalog } from "../mcp/catalog.ts";
import { createFileCheck } from "../mcp/pinned-files.ts";
import type { Members } from "./message.ts";
import type { GateRefusal, Said } from "./said.ts";
import { dynamicRefusal, skillFilesAt } from "./skill-files.ts";

/** Asked again and again: files are read anew when they changed. Never throws. */
export type Gate = {
  /** Why nothing of the server passes; undefined where single tools decide. */
  server(): GateRefusal | undefined;
  /** Why a tool may not be called, whatever it is given. */
  tool(name: string, said: Said | undefined): GateRefusal | undefined;
  /** Why a prompt, template, skill or listed resource may not be asked for or shown. */
  part(part: ContractPart, said: Said | undefined): GateRefusal | undefined;
  /** Why a resource may not be read: it has to be pinned, of a pinned template, or a file of a pinned skill. */
  read(uri: string, said: Said | undefined): GateRefusal | undefined;
  /** Whether what is pinned counts a list. */
  holds(list: ContractList): boolean;
  /** The same as `tool` for one call, which counts from then on. */
  call(name: string, input: Members, said: Said | undefined): GateRefusal | undefined;
  /** Whether the instructions are those that were pinned, or nothing is pinned. */
  isAsPinned(instructions: string | null): boolean;
  /** Whether what it says of itself was agreed to. */
  isPinned(): boolean;
  /** Keeps what the server says now where it is another thing than before, so that it can be shown. */
  keep(said: Said): void;
  /** Whether a person decided something else about it since this was asked last. */
  hasChanged(): boolean;
  /** The name that the server has in the catalog. */
  name(): string;
};

const LIST = "`sallyport mcp list` shows what is approved";

/** Opens it for one server in one project. */
export function openGate(
  identity: ServerIdentity,
  directories: Directories,
  { root, nowMs }: { readonly root: string; readonly nowMs: () => number },
): Gate {
  const catalog = openCatalog(directories, openStatements(directories));
  const blocks = openBlocks(directories);
  const changedFile = createFileCheck();
  const digest = identityDigest(identity);
  let times: readonly number[] = [];
  let now: ReturnType<typeof look> | undefined;
  const look = () => {
    const one = catalog.entries(root, nowMs()).find(({ identity: of }) => of === digest);
    if (one === undefined) return undefined;
    const { entry, isInForce, status } = one;
    const state = isInForce ? ("in-force" as const) : ("over" as const);
    const { digest: pin } = status.receipt.statement;
    return { entry, state, pin, changedFile: changedFile(entry.files) };
  };
  /** WHY kept for a moment: a list of two thousand tools is held against one and the same entry. */
  const known = () => {
    now ??= look();
    queueMicrotask(() => {
      now = undefined;
    });
    return now;
  };
  const markNow = () => tried(() => known()?.pin) ?? "";
  let mark = markNow();
  const pinned = () => known()?.entry.pin ?? undefined;
  const whole = (): GateRefusal | undefined => {
    const one = known();
    if (one === undefined)
      return {
        rule: "mcp-not-approved",
        why: "this MCP server is not approved: no entry of the catalog has its command or address",
        instead: `tell the person; \`sallyport mcp approve\` and \`mcp pin\` approve it, ${LIST}`,
      };
    return serverRefusal(one, nowMs()) ?? blocked(nameInTools(one.entry.name), "server");
  };
  const blocked = (name: string, kind: "server" | "tool"): GateRefusal | undefined =>
    blocks.all().some((one) => one.kind === kind && one.name === name && one.asks !== true)
      ? {
          rule: "mcp-blocked",
          why: `the ${kind} \`${name}\` is blocked`,
          instead: "tell the person; `sallyport block list` says who blocked it and why",
        }
      : undefined;
  const standing = (name: string, said: Said | undefined, calls: number) => {
    const one = known();
    if (one === undefined) return undefined;
    const seen =
      said === undefined || typeof said === "string" ? ("unreadable" as const) : said.digests;
    const { refusal, inputs } = standingOf(name, { ...one, seen, calls }, nowMs());
    if (refusal?.rule !== "mcp-changed" || said === undefined) return { refusal, inputs };
    return { inputs, refusal: withParts(refusal, { list: "tools", key: name }, said) };
  };
  const withParts = (refusal: GateRefusal, part: ContractPart, said: Said): GateRefusal => {
    const told =
      typeof said === "string" ? said : changedParts(part, known()?.entry.pin?.whole, said);
    return { ...refusal, why: `${refusal.why}${told && `: ${told}`}` };
  };
  let compared: { readonly key: string; readonly changes: readonly ContractChange[] } | undefined;
  /** What of a part is another thing than was pinned, by the names of its parts: the texts may be meant for the model. */
  const changedParts = (
    { list, key: name }: ContractPart,
    pin: string | undefined,
    { contract, digests }: Exclude<Said, string>,
  ): string => {
    const key = `${pin} ${digests.whole}`;
    if (compared?.key !== key) {
      const before = pin === undefined ? undefined : catalog.contract(pin);
      compared = { key, changes: before === undefined ? [] : contractChanges(before, contract) };
    }
    return compared.changes
      .filter((one) => `${one.part}s` === list && one.name === name)
      .flatMap(({ how, pieces }) => (how === "changed" ? pieces.map(({ piece }) => piece) : []))
      .join(", ");
  };
  const toolNow = (
    name: string,
    said: Said | undefined,
    calls: number,
  ): GateRefusal | undefined => {
    const first = whole();
    if (first !== undefined) return first;
    const tool = blocked(`mcp__${nameInTools(known()?.entry.name ?? "")}__${name}`, "tool");
    return tool ?? standing(name, said, calls)?.refusal;
  };
  const partNow = (part: ContractPart, said: Said | undefined): GateRefusal | undefined => {
    const one = known();
    if (one === undefined) return undefined;
    const seen =
      said === undefined || typeof said === "string" ? ("unreadable" as const) : said.digests;
    const skill =
      part.list === "skills" && typeof said === "object"
        ? said.contract.skills?.find(({ uri }) => uri === part.key)
        : undefined;
    const refusal =
      partRefusal(part, { ...one, seen }) ??
      (skill === undefined ? undefined : dynamicRefusal(skill));
    if (refusal === undefined || said === undefined) return refusal;
    return withParts(refusal, part, said);
  };
  const readNow = (uri: string, said: Said | undefined): GateRefusal | undefined => {
    const pin = known()?.entry.pin ?? undefined;
    const itself = { list: "resources", key: uri } as const;
    if (pin?.resources?.[uri] !== undefined || typeof said !== "object")
      return partNow(itself, said);
    const skills = pin?.skills === undefined ? [] : skillFilesAt(uri, said);
    const refusals = [
      ...skills.map(({ skill }) => partNow({ list: "skills", key: skill.uri }, said)),
      ...said.contract.templates
        .filter(({ uriTemplate }) => matchesTemplate(uri, uriTemplate))
        .map(({ name }) => partNow({ list: "templates", key: name }, said)),
    ];
    if (refusals.includes(undefined)) return undefined;
    return refusals[0] ?? partNow(itself, said);
  };
  return {
    server: () => safely(whole),
    part: (part, said) => safely(() => whole() ?? partNow(part, said)),
    read: (uri, said) => safely(() => whole() ?? readNow(uri, said)),
    holds: (list) => tried(pinned)?.[list] !== undefined,
    tool: (name, said) => safely(() => toolNow(name, said, 0)),
    call: (name, input, said) =>
      safely(() => {
        const quota = known()?.entry.quota ?? undefined;
        const atMs = nowMs();
        times = quota === undefined ? [] : times.filter((at) => atMs - at < quota.minutes * 60_000);
        const refusal = toolNow(name, said, times.length);
        if (refusal !== undefined) return refusal;
        if (quota !== undefined) times = [...times, atMs];
        const inputs = standing(name, said, 0)?.inputs;
        if (inputs === undefined) return undefined;
        const places = { projectRoot: root, home: homeDirectory(), cwd: root };
        const fault = inputFault(input, inputs, places);
        if (fault === undefined) return undefined;
        return {
          rule: "mcp-input",
          why: `the tool is given what its policy does not let it have: ${fault}`,
          instead: "give it what its policy names; `sallyport mcp list` shows the policy",
        };
      }),
    isAsPinned(instructions) {
      const pin = tried(pinned);
      const parts = { instructions, tools: [], prompts: [], templates: [] };
      return pin === undefined || contractDigests(parts).instructions === pin.instructions;
    },
    isPinned: () => tried(pinned) !== undefined,
    keep(said) {
      if (typeof said === "string") return;
      tried(() => {
        const before = catalog.seen(identity);
        if (
          before === undefined ||
          before === "unreadable" ||
          before.digests.whole !== said.digests.whole
        )
          catalog.keepSeen(identity, said.contract, nowMs());
      });
    },
    hasChanged() {
      const before = mark;
      mark = markNow();
      return mark !== before;
    },
    name: () => tried(() => known()?.entry.name) ?? "",
  };
}

/** What cannot be read refuses everything. */
function safely(ask: () => GateRefusal | undefined): GateRefusal | undefined {
  try {
    return ask();
  } catch (cause) {
    return {
      rule: "mcp-catalog",
      why: `what is approved of MCP servers cannot be read, so none may be called: ${printable(cause instanceof Error ? cause.message : "").slice(0, 300)}`,
      instead: "tell the person; `sallyport mcp list` says what is wrong",
    };
  }
}

function tried<Value>(ask: () => Value): Value | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
