// git push: which references of which remote may change, and how.
import type { GitFacts } from "../../../facts/facts.ts";
import { type Text, hole, knownPrefix, literal, textOf } from "../../../shell/values/text.ts";
import {
  type Consequence,
  flag,
  type ModelContext,
  optional,
  valued,
} from "../../model/command-model.ts";
import { parseInvocation } from "../../model/parse-invocation.ts";
import type { Effect } from "../../../vocabulary/effect.ts";
import { shells } from "../call.ts";
import { rewrittenAddress } from "../remote-addresses.ts";
import { headsOf, pushUpdates } from "./push-updates.ts";
import { isLocal, reaches, runsTransport } from "./remote-contact.ts";
import { replacesAtPush } from "../setting-keys.ts";

const OPTIONS = {
  force: flag("-f", "--force"),
  lease: optional("--force-with-lease", "--force-if-includes"),
  remove: flag("-d", "--delete"),
  prune: flag("--prune"),
  all: flag("--all", "--branches", "--mirror"),
  mirror: flag("--mirror"),
  tags: flag("--tags"),
  followTags: flag("--follow-tags"),
  program: valued("--receive-pack", "--exec"),
  repository: valued("--repo"),
  option: valued("-o", "--push-option"),
  dry: flag("-n", "--dry-run"),
  signed: optional("--signed", "--recurse-submodules"),
  switches: flag(
    "-u",
    "--set-upstream",
    "-q",
    "--quiet",
    "-v",
    "--verbose",
    "--progress",
    "--no-progress",
    "--porcelain",
    "--atomic",
    "--no-verify",
    "--verify",
    "--thin",
    "--no-thin",
    "-4",
    "-6",
    "--ipv4",
    "--ipv6",
    "--no-signed",
    "--no-recurse-submodules",
    "--no-force-with-lease",
    "--no-atomic",
  ),
} as const;

/** The consequences of `git push` with these arguments. */
export function describePush(
  args: readonly Text[],
  repository: GitFacts | undefined | "unanswered",
  context: ModelContext,
): readonly Consequence[] {
  const call = parseInvocation(
    { options: OPTIONS, optionsEnd: "anywhere" },
    "push",
    args,
    undefined,
  );
  const found: Consequence[] = [];
  for (const option of call.unknownOptions)
    found.push({
      kind: "unknown",
      reason: "unknown-option",
      detail: `an option of \`git push\` that sallyport does not know: \`${option}\``,
    });
  for (const line of call.values("program")) found.push(shells([line]));
  if (call.has("program"))
    found.push({
      kind: "unknown",
      reason: "dynamic-code",
      detail: "`git push` is told which program to run",
    });
  if (call.has("dry")) return found;
  const facts = typeof repository === "object" ? repository : undefined;
  const named = call.operands.length > 0 ? call.operands : call.values("repository");
  const [remoteWord] = named;
  const refspecs = call.operands.slice(1);
  const remote = remoteWord === undefined ? defaultRemote(facts) : textOf(remoteWord);
  const urls = remote === undefined ? [] : remoteUrls(remote, facts);
  const specs = refspecs.map((word) => textOf(word));
  const heads = headsOf(facts, context.branches());
  const isMany = call.has("all") || call.has("mirror") || call.has("prune");
  const refs = targetRefs(specs, isMany, facts, heads);
  const overwrites =
    call.has("force") ||
    call.has("mirror") ||
    replaces(remote, refspecs.length > 0, facts) ||
    refspecs.some((word) => knownPrefix(word).startsWith("+"));
  const forced = overwrites || call.has("lease");
  const removes =
    call.has("remove") ||
    call.has("prune") ||
    call.has("mirror") ||
    specs.some((spec) => spec !== undefined && /^\+?:/.test(spec));
  const updates = pushUpdates({
    specs,
    facts,
    heads,
    remote: remote ?? "",
    isForced: call.has("force") || call.has("lease"),
    isDelete: call.has("remove"),
    isMirror: call.has("mirror") || mirrors(remote, facts),
    isAll: call.has("all"),
    isPrune: call.has("prune"),
    isTags: call.has("tags"),
    followsTags: call.has("followTags"),
  });
  const options = [
    ...call.values("option").map((word) => textOf(word)),
    ...(facts?.push.get("push.pushoption")?.split("\n") ?? []),
  ].filter((option) => option !== undefined);
  for (const url of urls)
    found.push(...reaches(url, { context, facts, push: { updates, options } }));
  for (const url of urls.length === 0 ? [[hole("missing-fact")]] : urls.map(literal)) {
    found.push(...runsTransport(textOf(url) ?? ""));
    const known = textOf(url);
    found.push({
      kind: "contacts",
      url,
      scheme: "ssh",
      carries: [{ kind: "repository" }],
      ...(known !== undefined && isLocal(known) ? { path: known } : {}),
    });
  }
  // Each is a place of its own: a rule that excepts one of them says nothing of the others.
  for (const destination of urls.length === 0 ? [undefined] : urls) {
    const remote = destination ?? "unknown";
    const history = (
      operation: "force-push" | "force-push-with-lease" | "delete-ref",
      updated?: Pick<Extract<Effect, { kind: "history" }>, "refs">,
    ): void => {
      const effect = { kind: "history", operation, remote, ...updated } as const;
      found.push({ kind: "effect", effect });
    };
    found.push({ kind: "effect", effect: { kind: "publish", channel: "git", destination, refs } });
    if (forced) history(overwrites ? "force-push" : "force-push-with-lease", { refs });
    if (removes) history("delete-ref", { refs });
  }
  return found;
}

/** Whether the repository's own settings make a push replace what others have. */
function replaces(
  remote: string | undefined,
  namesRefs: boolean,
  facts: GitFacts | undefined,
): boolean {
  return ["mirror", ...(namesRefs ? [] : ["push"])].some((name) => {
    const key = `remote.${remote ?? ""}.${name}`;
    const value = facts?.push.get(key);
    return value !== undefined && replacesAtPush(key, value);
  });
}

/** Whether settings make a push to this remote one of everything. */
function mirrors(remote: string | undefined, facts: GitFacts | undefined): boolean {
  const key = `remote.${remote ?? ""}.mirror`;
  return replacesAtPush(key, facts?.push.get(key) ?? "false");
}

/** Addresses that a push without words reaches. */
export function pushAddresses(facts: GitFacts): readonly string[] {
  return remoteUrls(defaultRemote(facts), facts);
}

/** The remote of a push that names none. */
function defaultRemote(facts: GitFacts | undefined): string {
  return (
    facts?.push.get(`branch.${facts.branch ?? ""}.pushremote`) ??
    facts?.push.get("remote.pushdefault") ??
    facts?.upstream?.remote ??
    "origin"
  );
}

/** Every URL that a push to `remote` reaches: a name with its URLs, or a URL itself. */
function remoteUrls(remote: string, facts: GitFacts | undefined): readonly string[] {
  const configured = facts?.push.get(`remote.${remote}.pushurl`) ?? facts?.remotes.get(remote);
  if (configured !== undefined) return configured.split("\n");
  // A name without a URL in sight leads nowhere that is known.
  return /[/:]/.test(remote) ? [rewrittenAddress(remote, facts, true)] : [];
}

/** References that may be updated, without `refs/heads/`; undefined when they are not known. */
function targetRefs(
  specs: readonly (string | undefined)[],
  all: boolean,
  facts: GitFacts | undefined,
  heads: readonly string[],
): readonly string[] | undefined {
  if (all || specs.some((spec) => spec === undefined || spec.includes("*") || spec === ":"))
    return undefined;
  if (specs.length === 0) {
    const configured = [...(facts?.push ?? [])].some(([key]) =>
      /^remote\..*\.(push|mirror)$/.test(key),
    );
    const mode = facts?.push.get("push.default");
    if (facts === undefined || configured || mode === "matching" || heads.length === 0)
      return undefined;
    const upstream = facts.upstream?.branch;
    return upstream === undefined ? heads : [...new Set([...heads, upstream])];
  }
  const refs: string[] = [];
  for (const spec of specs) {
    const plain = (spec ?? "").replace(/^\+/, "");
    const colon = plain.indexOf(":");
    const target = colon < 0 ? plain : plain.slice(colon + 1);
    if (target === "HEAD" || target === "@") {
      if (heads.length === 0) return undefined;
      refs.push(...heads);
    } else refs.push(target.replace(/^refs\/heads\//, ""));
  }
  return refs;
}
