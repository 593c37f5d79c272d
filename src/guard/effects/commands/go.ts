// go: builds and tests of the project, modules that come, formatting of its files.
import { baseName } from "#base/path.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";
import {
  hole,
  literal,
  sourcesOf,
  type Text,
  type TextSet,
  textOf,
} from "../../shell/values/text.ts";
import type { Consequence, ModelContext } from "../model/command-model.ts";
import { reads, writes } from "../model/consequences.ts";
import type { DataSource } from "../../vocabulary/effect.ts";
import { obeysNetwork } from "../languages/heuristics/remote-control.ts";
import { obeysNetworkIn, runsWritten } from "../languages/written-source.ts";
import { flags, taking } from "../model/option-list.ts";
import { asksRegistry } from "../packages/registry-queries.ts";
import { sourcesBelow } from "../paths/source-trees.ts";
import { writesElsewhere } from "../model/output-options.ts";
import {
  both,
  deploys,
  fetches,
  installs,
  readOnlyVerb,
  runsCode,
  type Verb,
  type VerbCall,
  verbModel,
  verbs,
} from "../model/verbs.ts";

/** Options of every build that make go run a program of the caller's choosing, or read other files as the sources. */
const RUNNING =
  /^--?(?:toolexec|exec|vettool|overlay|modfile|compiled|export|pkgdir|compiler)(?:=|$)/;

/** Whether options in the environment may make go run something. */
function changesBuild(flags: TextSet | undefined): boolean {
  return (flags ?? []).some(
    (one) => redirectionOf("GOFLAGS", textOf(one) ?? "-toolexec=x") !== undefined,
  );
}

const GO_ASKS = asksRegistry({ variables: ["GOPROXY", "GONOSUMDB", "GOPRIVATE"] });

/** Where most modules are named, whose names the registry knows: https://pkg.go.dev. */
const MODULE_HOSTS: ReadonlySet<string> = new Set([
  ...["github.com", "gitlab.com", "bitbucket.org", "golang.org", "google.golang.org"],
  ...[
    "cloud.google.com",
    "gopkg.in",
    "k8s.io",
    "sigs.k8s.io",
    "go.uber.org",
    "go.opentelemetry.io",
  ],
]);

/** A module that `go list -m` is asked for by name: what the registry does not know, go asks the host in the name for. */
function asksModules(call: VerbCall, context: ModelContext): readonly Consequence[] {
  if (call.verb !== "list" || !call.has("-m", "--m")) return [];
  const known = (context.codeAt(literal("go.mod"))?.texts ?? []).join("\n");
  return call.operands.flatMap((operand): readonly Consequence[] => {
    const text = textOf(operand);
    const host = text?.split(/[/@]/)[0] ?? "";
    const isKnown =
      text !== undefined &&
      // `all`, patterns and directories ask nobody by a name of theirs.
      (!/^[^.]+\.[^.]/.test(host) || MODULE_HOSTS.has(host) || known.includes(`${host}/`));
    if (isKnown) return [];
    const url = [...literal("https://"), ...operand];
    return [{ kind: "contacts", url, carries: [{ kind: "argument" }, ...sourcesOf([operand])] }];
  });
}

/** Only looks, unless an option or the environment makes it run something. */
const looksUnlessTold: Verb = {
  effects: (call, context) => {
    const isTold =
      changesBuild(context.variable("GOFLAGS")) ||
      call.words.some((word) => RUNNING.test(textOf(word) ?? "-exec"));
    const asks = call.has("-u", "-versions", "-retracted");
    return [
      ...readOnlyVerb().effects(call, context),
      ...(isTold ? runsCode().effects(call, context) : []),
      ...(asks ? GO_ASKS.effects(call, context) : []),
      ...asksModules(call, context),
    ];
  },
};

/** Every Go file of a package pattern (`./cmd/...`); that of another module is formatted where it is. */
function sourcesOfPackages(operands: readonly Text[], context: ModelContext): readonly Text[] {
  const roots = operands.length === 0 ? [literal(".")] : operands;
  return roots.flatMap((root) => {
    const path = textOf(root)?.replace(/\/?\.{3}$/, "");
    return sourcesBelow(
      path === undefined ? root : literal(path === "" ? "." : path),
      "go",
      context,
    );
  });
}

const formats: Verb = {
  options: [flags("nx"), taking("-mod")],
  effects: ({ operands, has }, context) =>
    sourcesOfPackages(operands, context).flatMap((path): readonly Consequence[] => [
      reads(path),
      ...(has("-n") ? [] : [writes(path, "change")]),
    ]),
};

/** `go mod edit` prints with `-json` and `-print`, and writes the file otherwise. */
const editsModule: Verb = {
  options: [
    flags("nr", "-fmt -json -print"),
    taking(
      "-module -go -toolchain -godebug -dropgodebug -require -droprequire -exclude -dropexclude -replace -dropreplace -retract -dropretract -tool -droptool -ignore -dropignore -use -dropuse -C",
    ),
  ],
  effects: (call, context) => {
    // Other verbs are given the name of a module, or directories.
    const named = call.verb.endsWith(" edit") ? call.operands.at(-1) : undefined;
    const file = named ?? literal(call.verb.startsWith("work") ? "go.work" : "go.mod");
    // What it cannot read it prints, line by line.
    return call.has("-json", "-print", "--json", "--print")
      ? [reads(file), ...readOnlyVerb().effects(call, context)]
      : [writes(file, "change")];
  },
};

/** Leavings of builds, by what `go help clean` tells; globs for one name. */
const LEAVINGS = ["_obj", "_test", "_testmain.go", "*.out", "*.[568ao]", "*.so", "*.test", "*.exe"];

/**
 * What `go clean` deletes: leavings, and programs that have the name of their directory, their module or a source file. Of
 * other directories than this one any name without a dot at its beginning.
 */
function cleaned(
  { operands }: VerbCall,
  { directory, codeAt, matches }: ModelContext,
): readonly string[] {
  const sources = operands.length > 0 || directory === undefined ? undefined : matches("*.go");
  if (sources === undefined || directory === undefined) return ["[!.]*"];
  const modules = (codeAt(literal("go.mod"))?.texts ?? []).map(
    (text) => /^module\s+"?([^\s"]+)/m.exec(text)?.[1] ?? "",
  );
  const names = [
    ...[directory, ...modules].map((path) => baseName(path.replace(/\/v\d+$/, ""))),
    ...sources.map((file) => file.replace(/\.go$/, "")),
  ];
  return [...LEAVINGS, ...new Set(names.filter((name) => name !== "" && !name.includes("/")))];
}

const cleans: Verb = {
  effects: (call, context) => [
    ...(call.has("-cache", "-modcache", "-fuzzcache", "-i", "-r")
      ? deploys("package cache").effects(call, context)
      : []),
    ...(call.has("-n") || (call.has("-testcache") && call.operands.length === 0)
      ? []
      : cleaned(call, context).map(
          (like): Consequence => ({
            kind: "deletes",
            path: like.includes("*")
              ? [hole("dynamic-path", { like, splits: false })]
              : literal(like),
            reach: "entry",
          }),
        )),
  ],
};

/** What a build puts elsewhere is made of the sources that are named, else of those of the module. */
function builds({ words, operands }: VerbCall, context: ModelContext): readonly Consequence[] {
  const named = operands.filter((word) => textOf(word)?.endsWith(".go") === true);
  const inputs = named.length > 0 ? named : [literal("go.mod")];
  const content = inputs.flatMap((path) => context.contentOf(path));
  const isRemote =
    obeysNetworkIn(inputs, context) || content.some((text) => obeysNetwork(textOf(text) ?? ""));
  const network = { host: undefined, port: undefined, scheme: undefined };
  const sources: readonly DataSource[] = isRemote
    ? [{ kind: "network", destination: network }]
    : content.some((text) => textOf(text) !== undefined && text.length > 0)
      ? []
      : sourcesOf(content);
  return writesElsewhere(words).map((one) =>
    one.kind === "writes" ? { ...one, content: [[hole("dynamic-code", { sources })]] } : one,
  );
}

/** A package with a version is fetched first. */
const runsPackages: Verb = {
  effects: (call, context) => [
    ...runsCode().effects(call, context),
    ...runsWritten(call.operands, context),
    ...(call.operands.some((word) => /^[\w.-]+\.[a-z]+\/.*@/.test(textOf(word) ?? ""))
      ? installs().effects(call, context)
      : []),
  ],
};

/** Packages of this module are built, and their programs put where go puts all of them; with a version, or another name, they are fetched. */
const installsPrograms: Verb = {
  effects: (call, context) => {
    const isOwn = call.operands.every((word) => /^\.{0,2}(?:\/|$)/.test(textOf(word) ?? "?"));
    return isOwn
      ? [...runsCode().effects(call, context), ...programsPlaces(context)]
      : installs().effects(call, context);
  },
};

/** Where go puts programs (`go help install`). */
function programsPlaces({ variable, home }: ModelContext): readonly Consequence[] {
  const places =
    variable("GOBIN") ?? variable("GOPATH")?.map((path) => [...path, ...literal("/bin")]);
  const set = places?.filter((path) => path.length > 0) ?? [];
  return (set.length > 0 ? set : [literal(`${home}/go/bin`)]).map((path) =>
    writes(path, "create", { reach: "tree" }),
  );
}

export const go = verbModel({
  names: ["go"],
  options: { about: flags("h", "--help"), place: taking("C") },
  table: verbs(
    ["install", installsPrograms],
    ["get,telemetry on", installs()],
    ["mod download,mod tidy,mod vendor,work sync", fetches],
    ["build,test,vet,generate,tool,fix,bug", both(runsCode(), { effects: builds })],
    ["run", runsPackages],
    ["list,version,env,doc,mod graph,mod why,mod verify,help,telemetry", looksUnlessTold],
    [
      "env -w,env -u",
      { effects: (_call, { home }) => [writes(literal(`${home}/.config/go/env`), "change")] },
    ],
    ["fmt", formats],
    ["mod edit,mod init,work init,work use,work edit", editsModule],
    ["clean", cleans],
  ),
});
