// Subcommands of git that talk to remotes without publishing: fetch, pull, clone, and the list of remotes.
import { type Text, append, hole, literal, textOf } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { prints, writes } from "../../model/consequences.ts";
import { madeOf } from "../../model/filter.ts";
import { isPlainAddress } from "../../network/read-only-requests.ts";
import {
  type GitCall,
  type Subcommand,
  type SubcommandTable,
  executes,
  fromDirectory,
  history,
  keepsBooks,
  notModelled,
  persists,
  scriptedWith,
  shells,
  tracks,
} from "../call.ts";
import { FETCH, MERGE, optionsOf } from "../options.ts";
import { givenSettings } from "../settings.ts";
import { joins } from "./joining.ts";
import { contactsRemote, networkOf, readsRepository } from "./remote-contact.ts";
import { contactsModules, submodule } from "./submodules.ts";

/** Whether what an option makes run is followed: settings, and lines for a shell that are known. */
function isFollowed(call: GitCall, option: string): boolean {
  if (option === "-c") return true;
  if (!/^(?:--upload-pack|-u)$/.test(option)) return false;
  return call.values(option).every((line) => textOf(line) !== undefined);
}

const asksProgram = (call: GitCall, ...options: readonly string[]): readonly Consequence[] =>
  call.has(...options)
    ? [
        ...(call.has(...options.filter((option) => !isFollowed(call, option)))
          ? [notModelled(call, "has an option that may run a program", "dynamic-code")]
          : []),
        ...["--upload-pack", "-u"].flatMap((option) =>
          call.values(option).map((line) => shells([line])),
        ),
        ...(options.includes("-c")
          ? givenSettings(call.values("-c"), call.context.home).found
          : []),
      ]
    : [];

function fetches(call: GitCall): readonly Consequence[] {
  const { operands, repository } = call;
  const [remote, ...specs] = operands;
  const many = call.has("--all") || (call.has("-m") && operands.length > 1);
  const names = typeof repository === "object" ? [...repository.remotes.keys()].map(literal) : [];
  const targets = call.has("--all") ? names : many ? operands : [remote];
  // A branch of this repository that is replaced, not only moved forward.
  const replaces = (many ? [] : specs).some((spec) => {
    const known = textOf(spec);
    if (known === undefined) return true;
    const target = known.includes(":") ? known.slice(known.indexOf(":") + 1) : "";
    return (known.startsWith("+") || call.has("-f")) && !/^(?:$|refs\/remotes\/)/.test(target);
  });
  return [
    ...asksProgram(call, "--upload-pack"),
    ...targets.flatMap((target) => contactsRemote(call, target)),
    ...contactsModules(call),
    // Tags that only this repository has go too.
    ...(call.has("-P") ? [history("delete-ref")] : []),
    ...(replaces || call.has("--refmap") ? [history("rewrite")] : []),
    keepsBooks(call),
  ];
}

const pull: Subcommand = {
  options: optionsOf(FETCH, MERGE, "-r|--rebase? -n --stat"),
  effects: (call) => {
    const [rebase] = call.values("-r").map((value) => textOf(value));
    const rebases = call.has("-r") && rebase !== "false";
    return [...fetches(call), ...(rebases ? [history("amend")] : []), ...joins(call)];
  },
};

const clone: Subcommand = {
  options: optionsOf(
    `--reject-shallow -n|--no-checkout --bare --naked --mirror -l|--local --no-hardlinks -s|--shared
    --recurse-submodules|--recursive? -j|--jobs= --template= --reference= --reference-if-able= --dissociate
    -o|--origin= -b|--branch= -u|--upload-pack= --depth= --shallow-since= --shallow-exclude= --single-branch
    --no-tags --tags --shallow-submodules --separate-git-dir= -c|--config= --server-option= -4|--ipv4 -6|--ipv6
    --filter= --also-filter-submodules --remote-submodules --sparse --bundle-uri= --revision= --ref-format=`,
  ),
  effects: (call) => {
    const [source, place] = call.operands;
    const url = source === undefined ? undefined : textOf(source);
    const name = url
      ?.replace(/\/+$/, "")
      .replace(/\/?\.git$|\.bundle$/, "")
      .replace(/^.*[/:]/, "");
    const folder =
      place ?? (name === undefined || name === "" ? [hole("dynamic-path")] : literal(name));
    return [
      ...asksProgram(call, "-u", "-c", "--template", "--bundle-uri"),
      ...runsTemplate(call),
      ...asking(call, source, contactsRemote(call, source ?? [])),
      ...contactsModules(call),
      ...["--reference", "--reference-if-able"].flatMap((option) =>
        call.values(option).flatMap((path) => readsRepository(call, textOf(path) ?? ".")),
      ),
      ...call.values("--separate-git-dir").map((path) => tracks(call, path)),
      comes(call, source, folder),
    ];
  },
};

/** Options of `clone` and `ls-remote` by which something else is told or run, or another host is asked too. */
const TELLING = [
  ...["-u", "--upload-pack", "-c", "-o", "--server-option", "--template", "--bundle-uri"],
  ...["--recurse-submodules", "--remote-submodules", "--also-filter-submodules"],
];

/** Options whose value the host is told, and what of it may be: the name of a branch, or how much is wanted. */
const TOLD = ["-b", "--filter", "--depth", "--shallow-since", "--shallow-exclude", "--revision"];
const ASKED = /^(?:(?:blob|tree|object):[\w:=]{1,20}|[\w./ -]{1,60})$/;
/** Variables by which another host may answer, or is told who asks. */
const TRUSTING = [
  ...["GIT_SSL_NO_VERIFY", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_CERT", "GIT_SSL_KEY"],
  ...["GIT_HTTP_USER_AGENT", "GIT_PROXY_SSL_CAINFO"],
];

/** The contacts of a call that only asks for what a plain address shows, marked so. */
function asking(
  call: GitCall,
  address: Text | undefined,
  contacts: readonly Consequence[],
): readonly Consequence[] {
  const url = address === undefined ? undefined : textOf(address);
  const isTelling =
    call.has(...TELLING) ||
    TOLD.some((option) => call.values(option).some((value) => !ASKED.test(textOf(value) ?? ""))) ||
    TRUSTING.some((name) => call.context.variable(name)?.some((text) => text.length > 0) === true);
  if (url === undefined || !isPlainAddress(url) || isTelling) return contacts;
  return contacts.map((one) =>
    one.kind === "effect" && one.effect.kind === "egress"
      ? { ...one, effect: { ...one.effect, asks: true as const } }
      : one,
  );
}

/** What was cloned: of the repository's own remote or of this machine it is tracked, else code from the network. */
function comes(call: GitCall, source: Text | undefined, folder: Text): Consequence {
  const sources = networkOf(call, source ?? []);
  if (sources.length === 0) return tracks(call, folder);
  const content = [[hole("unmodelled", { sources })]];
  return writes(fromDirectory(call, folder), "create", { reach: "tree", content });
}

const lsRemote: Subcommand = {
  options: optionsOf(
    "--upload-pack|--exec= -t|--tags --heads|-h|-b|--branches --refs --get-url --sort= --exit-code --symref -o|--server-option=",
  ),
  effects: (call) => [
    ...asksProgram(call, "--upload-pack"),
    ...(call.has("--get-url")
      ? []
      : asking(call, call.operands[0], contactsRemote(call, call.operands[0]))),
    prints(madeOf([])),
  ],
};

const remote: Subcommand = {
  options: optionsOf(
    "-n|--dry-run -a|--auto -d|--delete -p|--prune --push --all --add -t= -m= -f --tags --mirror?",
  ),
  effects: (call) => {
    const [verb, name] = call.operands;
    switch (verb === undefined ? "" : textOf(verb)) {
      case "":
      case "get-url":
        return [prints(madeOf([]))];
      case "show":
        return name === undefined || call.has("-n")
          ? [prints(madeOf([]))]
          : [...contactsRemote(call, name), prints(madeOf([]))];
      case "prune":
        return [...contactsRemote(call, name), ...(call.has("-n") ? [] : [keepsBooks(call)])];
      case "set-head":
        return [...(call.has("-a") ? contactsRemote(call, name) : []), keepsBooks(call)];
      case "update":
        return [...remotesOf(call).flatMap((one) => contactsRemote(call, one)), keepsBooks(call)];
      default:
        return [persists("git-remote"), keepsBooks(call)];
    }
  },
};

function remotesOf({ repository }: GitCall): readonly Text[] {
  return typeof repository === "object"
    ? [...repository.remotes.keys()].map(literal)
    : [[hole("missing-fact")]];
}

const requestPull: Subcommand = {
  options: optionsOf("-p"),
  effects: (call) => [
    ...contactsRemote(call, call.operands[1] ?? []),
    ...scriptedWith("perl"),
    prints(madeOf([])),
  ],
};

/** A server of the person's choice shows the repository in a browser. */
const instaweb: Subcommand = {
  effects: (call) => [
    notModelled(call, "starts a server and a browser"),
    ...scriptedWith("mkdir", "rm"),
    keepsBooks(call),
  ],
};

/** Whoever asks gets what the repository holds. */
const daemon: Subcommand = {
  effects: (call) => [
    notModelled(call, "serves repositories to others"),
    {
      kind: "effect",
      effect: {
        kind: "egress",
        destination: { host: undefined, port: undefined, scheme: "git" },
        carries: [{ kind: "repository" }],
      },
    },
  ],
};

/** Hooks come with a template, and the first of them run at once. */
function runsTemplate(call: GitCall): readonly Consequence[] {
  const places = [
    ...call.values("--template"),
    ...(call.context.variable("GIT_TEMPLATE_DIR") ?? []),
  ];
  return places.flatMap((place) =>
    ["post-checkout", "reference-transaction", "post-index-change"].flatMap((name) =>
      textOf(place) === "" || call.context.isMissing(append(place, literal(`/hooks/${name}`)))
        ? []
        : [executes(name)],
    ),
  );
}

/** Subcommands that ask a remote. */
export const REMOTE: SubcommandTable = {
  fetch: { options: optionsOf(FETCH), effects: fetches },
  pull,
  clone,
  "ls-remote": lsRemote,
  remote,
  submodule,
  "request-pull": requestPull,
  instaweb,
  daemon,
};
